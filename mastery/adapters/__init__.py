"""Faces: each turns somebody else's calls into ours. None knows another."""
