"""Professionals, their teams and roles, and how they sign in."""
