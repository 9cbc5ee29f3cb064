pragma ComponentBehavior: Bound

import QtQuick

// Strokes of a finger, as a node carries them: on a sheet of 1000 x 400, as wide as this item. `live` is the one that
// is being drawn.
Canvas {
    id: ink

    property string strokes
    property string live
    property color color: Theme.ink
    property real pen: 9

    function points(stroke: string): var {
        return stroke.split(" ").filter(point => point !== "").map(point => point.split(",").map(Number));
    }

    Accessible.ignored: true
    onStrokesChanged: requestPaint()
    onLiveChanged: requestPaint()
    onColorChanged: requestPaint()
    onWidthChanged: requestPaint()
    onPaint: {
        const c = getContext("2d");
        c.reset();
        c.scale(width / 1000, width / 1000);
        c.lineWidth = pen;
        c.lineCap = "round";
        c.lineJoin = "round";
        c.strokeStyle = color;
        for (const stroke of [...strokes.split(";"), live]) {
            const p = points(stroke);
            if (p.length === 0)
                continue;
            const last = p[p.length - 1];
            c.beginPath();
            c.moveTo(p[0][0], p[0][1]);
            for (let i = 1; i < p.length - 1; i++)
                c.quadraticCurveTo(p[i][0], p[i][1], (p[i][0] + p[i + 1][0]) / 2, (p[i][1] + p[i + 1][1]) / 2);
            c.lineTo(last[0] + (p.length === 1 ? 0.1 : 0), last[1]);
            c.stroke();
        }
    }
}
