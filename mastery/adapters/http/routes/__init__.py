"""The routes, by what they are about. Each reads its arguments, asks the desk once, and replies."""
