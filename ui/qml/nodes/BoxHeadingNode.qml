import QtQuick

// A head inside a card.
HeadingNode {}
