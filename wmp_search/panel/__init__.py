"""What the ethics panel looks into: figures that stay, advice and the force's responses."""
