-- One-time links and sessions of the operator of the deployment, who belongs to no municipality. Only hashes of tokens are kept.
create table operator_tokens (
  hash text not null primary key,
  purpose text not null,
  created_at {{.TS}} not null,
  expires_at {{.TS}} not null
);
