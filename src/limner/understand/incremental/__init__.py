"""The second reader of definitions: what each event adds, so that every tag is known at once.

`reader.Reader` keeps the tags of `understand.tags` up to date event by event, and
`membership.Memberships` the segments; both mean what the lake's reader means, to the last digit.
"""
