"""Everything the page knows: `facts` says which facts and where each stands, `codec` how they are packed, `words` the strings."""
