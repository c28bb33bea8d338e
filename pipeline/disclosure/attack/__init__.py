"""The attack on counts: what anybody can work out of published figures, by an integer program."""
