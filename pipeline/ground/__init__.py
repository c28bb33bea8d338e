"""What every other layer stands on: errors for people, the folders of a project, atomic storage."""
