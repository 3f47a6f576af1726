"""The set-based statements of the collector: from new events to review items and notices."""

# ids: the new events; since, until: their first and last time; now: when they were read
REVIEWS = """
INSERT INTO oversight_reviewitem
    (kind, event_at, event_id, officer_id, officer, unit_id, reasons, created_at, due_at, state,
     outcome, notes, question, reply)
SELECT k.kind, e.at, e.id, e.officer_id, e.officer, e.unit_id, '{}', %(now)s, e.at + k.within,
       'open', '', '', '', ''
FROM audit_event e
JOIN (VALUES ('break_glass.opened', 'break_glass', interval '24 hours'),
             ('person.unmasked', 'unmask', interval '24 hours'),
             ('purpose.justified', 'challenge', interval '7 days')) AS k (action, kind, within)
  ON k.action = e.action
WHERE e.at BETWEEN %(since)s AND %(until)s AND e.id = ANY(%(ids)s) AND e.officer_id IS NOT NULL
ON CONFLICT DO NOTHING
"""

# `detail.owner`: [{"officer", "unit", "person", "level"}], set by the page that showed the record;
# `detail.break_glass`: the look was one that emergency access opened
NOTICES = """
INSERT INTO oversight_notice
    (kind, owner_id, owner_unit_id, event_at, event_id, looker_id, looker, person_id, purpose)
SELECT CASE WHEN o.owner ->> 'level' = 'covert' THEN 'covert'
            WHEN e.detail ? 'break_glass' THEN 'break_glass' ELSE 'restricted' END,
       (o.owner ->> 'officer')::bigint, (o.owner ->> 'unit')::bigint, e.at, e.id, e.officer_id,
       e.officer, coalesce(o.owner ->> 'person', ''),
       left(e.purpose_code || ' ' || e.purpose_reference, 240)
FROM audit_event e
CROSS JOIN LATERAL jsonb_array_elements(
    CASE jsonb_typeof(e.detail -> 'owner') WHEN 'array' THEN e.detail -> 'owner'
         ELSE '[]'::jsonb END) AS o (owner)
WHERE e.at BETWEEN %(since)s AND %(until)s AND e.id = ANY(%(ids)s) AND e.officer_id IS NOT NULL
  AND (o.owner ->> 'officer')::bigint IS DISTINCT FROM e.officer_id
ON CONFLICT DO NOTHING
"""
