"""What may be shown: tables are protected once, here, before anything is drawn or said."""
