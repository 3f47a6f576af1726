"""Pseudonymised extracts for data scientists: asked for, approved by another, made, destroyed."""
