"""Pages as they looked when somebody last said that they look right."""
