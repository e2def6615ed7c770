package check

import "testing"

func TestMessagesAreComplete(t *testing.T) {
	expect(t, Messages, map[string]string{
		"locales/votes.en.toml": "[votes]\ntitle = \"Votes of {{.Name}}\"\nlong = \"This is a long sentence\"\n[votes.count]\none = \"{{.N}} vote\"\nother = \"{{.N}} votes\"\n",
		"locales/votes.sl.toml": "[votes]\ntitle = \"Glasovi {{.Name}}\"\nlong = \"To je dolg stavek\"\n[votes.count]\none = \"{{.N}} glas\"\nfew = \"{{.N}} glasovi\"\nother = \"{{.N}} glasov\"\n",
		"locales/votes.bg.toml": "[votes]\ntitle = \"Гласове\"\nlong = \"This is a long sentence\"\n[votes.count]\none = \"{{.N}} глас\"\nother = \"{{.N}} гласа\"\n",
		"locales/votes.el.toml": "[votes]\ntitle = \"Ψήφοι {{.Name}}\"\n[votes.count]\none = \"{{.N}} ψήφος\"\nother = \"\"\n",
	},
		"votes.bg.toml: votes.long is still in English",
		"votes.bg.toml: votes.title has the placeholders [], English has [Name]",
		"votes.el.toml: votes.count has the placeholders [], English has [N]",
		"votes.el.toml: votes.count is empty in the form other",
		"votes.el.toml: votes.long is missing",
		"votes.sl.toml: votes.count has the plural forms few one other, sl needs one two few other",
		"votes.tr.toml: is missing",
	)
}

func TestMessageIDsExistAndAreUsed(t *testing.T) {
	expect(t, IDs, map[string]string{
		"locales/votes.en.toml": "[votes]\ntitle = \"Votes of {{.Name}}\"\nunused = \"x\"\n[votes.state]\nopen = \"x\"\n[votes.kind]\na = \"x\"\n[votes.count]\none = \"{{.N}} vote\"\nother = \"{{.N}} votes\"\n",
		"modules/votes/web.go": "package votes\n//i18n: votes.kind.*\nfunc f() {\n_ = i18n.T(ctx, \"votes.title\")\n_ = i18n.T(ctx, \"votes.title\", \"Name\", n)\n" +
			"_ = i18n.T(ctx, \"votes.count\")\n_ = i18n.N(ctx, \"votes.count\", 3)\n_ = fault.Conflict(\"votes.closed\")\n_ = i18n.T(ctx, \"votes.state.\"+s)\n" +
			"_ = fault.Message{ID: \"votes.gone\"}\n_ = row{\"votes.form.help\"}\n_ = i18n.T(ctx, \"votes.none.\"+s)\nf.Check(\"a\", ok, \"votes.wrong\")\nm = item{Label: \"votes.menu\"}\n}\n",
		"modules/votes/web_test.go": "package votes\nvar x = \"votes.unused\"\n",
	},
		"locales/votes.en.toml: 1 used nowhere (made at run time? then say //i18n: prefix.* there): votes.unused",
		"web.go:4: message votes.title needs Name",
		"web.go:6: message votes.count has plural forms",
		"web.go:8: message votes.closed is in no file",
		"web.go:10: message votes.gone is in no file",
		`web.go:11: "votes.form.help" looks like a message`,
		"web.go:12: no message begins with votes.none.",
		"web.go:13: message votes.wrong is in no file",
		"web.go:14: message votes.menu is in no file",
	)
}

func TestSchemaIsTheTenants(t *testing.T) {
	good := "create table votes (\n  tenant_id text not null references tenants (id),\n  id text not null,\n  proposal_id text not null,\n  n numeric(10, 2) check (n in (1, 2)),\n" +
		"  primary key (tenant_id, id),\n  foreign key (tenant_id, proposal_id) references proposals (tenant_id, id)\n);\n{{.RLS \"votes\"}}\n" +
		"create index votes_proposal on votes (tenant_id, proposal_id);\n{{if .PG}}create index w on votes using gin (words);{{end}}\n"
	bad := "-- create table not_this (id text)\ncreate table polls (\n  id text primary key,\n  vote_id text references votes (id),\n  unique (slug)\n);\n" +
		"create unique index polls_slug on polls (slug);\n" +
		"create table opinions (tenant_id text not null, id text not null, poll_id text, primary key (tenant_id, id), foreign key (poll_id) references polls (id));\n{{.RLS \"opinions\"}}\n"
	expect(t, Schema, map[string]string{
		"migrations/0001_good.tx.up.sql": good, "migrations/0002_bad.tx.up.sql": bad, "migrations/0002_same.tx.up.sql": "", "migrations/0003_plain.up.sql": "",
	},
		`0002_bad.tx.up.sql:2: table polls has no policy`,
		`0002_bad.tx.up.sql:2: table polls: "id text primary key" is unique over all municipalities`,
		`0002_bad.tx.up.sql:2: table polls: "vote_id text references votes (id)" points at a row of any municipality`,
		`0002_bad.tx.up.sql:2: table polls: a unique key must begin with tenant_id`,
		`0002_bad.tx.up.sql:2: table polls: has no column tenant_id`,
		`0002_bad.tx.up.sql:2: table polls: has no primary key`,
		`0002_bad.tx.up.sql:7: index polls_slug on polls begins with slug`,
		`0002_bad.tx.up.sql:8: table opinions: the foreign key to polls must begin with tenant_id`,
		`0002_same.tx.up.sql: has the number of 0002_bad`,
		`0003_plain.up.sql: a step is called`,
	)
}

func TestTheRepositoryHoldsOnlyWhatItMay(t *testing.T) {
	expect(t, Fasthttp, map[string]string{"go.mod": "module glas\nrequire (\n\tgithub.com/valyala/fasthttp v1.70.0\n)\n"}, "fasthttp is v1.70.0")
	expect(t, Fasthttp, map[string]string{"go.mod": "module glas\nrequire (\n\tgithub.com/valyala/fasthttp v1.60.0\n)\n"})
	expect(t, Words, map[string]string{"README.md": "one\nsee /ho" + "me/ana/x\n", "a.png": "\xff/ho" + "me/"}, "README.md:2:")
	expect(t, Vendored, map[string]string{
		"internal/web/assets/vendor/manifest.json": `{"files": [{"name": "htmx", "version": "2.0.11", "licence": "0BSD", "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"},
			{"name": "paid", "version": "1", "license": "Commercial"}]}`,
		"internal/web/assets/vendor/htmx.js": "x", "internal/web/assets/vendor/other.js": "y",
	}, `manifest.json: paid has the licence "Commercial"`, "vendor/other.js: is not in the manifest")
}
