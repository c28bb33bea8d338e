"""Readers of survey exports, one small one a platform: bytes in, one tidy raw table out."""
