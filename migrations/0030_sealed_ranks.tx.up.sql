-- While the votes on a proposal are hidden, its place in the orders that everybody sees does not tell how they stand: a sealed rank stays
-- as it was before the first hidden vote, until the result is frozen.
alter table proposal_ranks add column sealed {{.BOOL}} not null default {{.FALSE}};
