"""Reports on areas by week, month and quarter.

`report` what one holds; `columns` what its table shows, in words and in numbers; `files` CSV and
XLSX, `paper` PDF; `pages` the pages; `subscriptions` who gets which by mail, `mail` what it says.
"""
