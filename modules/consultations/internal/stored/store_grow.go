package stored

// GrowSQL is Count of votes for many consultations as a statement: from names rows (id, n), and tenantID and now are SQL.
func GrowSQL(from, tenantID, now string) string {
	return `update consultations as c set vote_count = c.vote_count + g.n,
		first_vote_at = case when g.n > 0 then coalesce(c.first_vote_at, ` + now + `) else c.first_vote_at end
		from ` + from + ` g where c.tenant_id = ` + tenantID + ` and c.id = g.id and g.n <> 0`
}
