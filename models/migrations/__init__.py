"""The schema, step by step; a step is never altered once it has been released."""
