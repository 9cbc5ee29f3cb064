"""The calls, one file for each subject. They translate between wire and services and decide nothing."""
