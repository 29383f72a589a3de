"""Everything the page knows: `facts` and `calls` say which facts and where each stands, `codec` how they are packed, `words` the strings."""
