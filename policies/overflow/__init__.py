"""Where a full venue sends people, live: `state` is kept from look to look, `advice` looks anew."""
