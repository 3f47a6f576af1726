"""Gangs: gangs and graded, authorised, reviewed memberships."""
