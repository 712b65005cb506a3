"""Who may do what.

`visitors` recognises whoever asks and holds routes to their permissions; `sessions` opens and ends
logins; `forms` tells our own forms from others'; `passwords` and `throttle` guard the password;
`links` makes one-time links; `oidc` asks another house. The `…_pages` are what people see.
"""
