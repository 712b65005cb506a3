"""What everybody may see of a venue, without a login: is it open, how busy, and the door notice.

- `settings`: what its operator decides;
- `crowd`: how busy in words, with small numbers blurred;
- `seen`: all that the page shows;
- `kept`: pages kept ready for many visitors;
- `notice`: the sheet for the door;
- `pages`: the addresses.
"""
