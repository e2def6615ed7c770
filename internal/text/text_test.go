package text_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"glas/internal/text"
)

func TestLetters(t *testing.T) {
	for s, want := range map[string]int{
		"": 0, "abc": 3, "Žalec": 5, "Велико": 6, "Ελλάδα": 6, "👨‍👩‍👧‍👦": 1, "🇸🇮": 1, "c\u030c": 1, "a\r\nb": 3, "ǅ": 1,
	} {
		if got := text.Letters(s); got != want {
			t.Errorf("%q: got %d, want %d", s, got, want)
		}
	}
}

func TestTruncate(t *testing.T) {
	for _, c := range []struct {
		s    string
		max  int
		want string
	}{
		{"short", 10, "short"}, {"exactly ten", 11, "exactly ten"}, {"Čiščenje reke Pake", 15, "Čiščenje reke…"},
		{"Čiščenje, reke", 11, "Čiščenje…"}, {"abcdefghij", 5, "abcd…"}, {"👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦", 2, "👨‍👩‍👧‍👦…"}, {"x", 0, ""},
		{"Здравей свят", 8, "Здравей…"},
	} {
		got := text.Truncate(c.s, c.max)
		if got != c.want || text.Letters(got) > c.max {
			t.Errorf("%q to %d: got %q, want %q", c.s, c.max, got, c.want)
		}
	}
}

// TestHeadIsText: an error cut inside a letter, or with a zero byte in it, was refused by the database.
func TestHeadIsText(t *testing.T) {
	for s, want := range map[string]string{"short": "short", "čččččč": "čč", "a\xffb\x00c": "abc", "": ""} {
		if got := text.Head(s, 5); got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"  a  ": "a", "a\r\nb\rc": "a\nb\nc", "a\x00b\x07": "ab", "a\n\n\n\n\nb": "a\n\nb", "c\u030c": "č",
		"a\u202eb\u2066c": "abc", "\ufeffa": "a", "a\xffb": "a\ufffdb", "line  \nnext": "line\nnext", "👨‍👩‍👧": "👨‍👩‍👧",
		"a\tb": "a\tb", "\ufffe": "", "\U000E0041x": "\U000E0041x",
	} {
		if got := text.Clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := text.CleanLine(" a\n b\t c "); got != "a b c" {
		t.Errorf("CleanLine gives %q", got)
	}
}

func TestSlug(t *testing.T) {
	for _, c := range []struct{ s, lang, want string }{
		{"Čiščenje žabje đungle", "sl", "ciscenje-zabje-dungle"},
		{"Площад България, София", "bg", "ploshtad-balgaria-sofia"},
		{"Юлия Йорданова: щъркел и цвят", "bg", "yulia-yordanova-shtarkel-i-tsvyat"},
		{"Διαβούλευση για τον προϋπολογισμό", "el", "diavoulefsi-gia-ton-proypologismo"},
		{"Μπουγάτσα, αυγό, ευχή, εύκολο, κάμπος, Άγγελος", "el", "bougatsa-avgo-efchi-efkolo-kampos-angelos"},
		{"ΝΕΑ ΣΜΥΡΝΗ", "el", "nea-smyrni"},
		{"Iğdır'ın ışıkları — ÇÖP İZMİR", "tr", "igdirin-isiklari-cop-izmir"},
		{"Łódź & Straße, œuvre", "en", "lodz-strasse-oeuvre"},
		{"!!!", "en", ""}, {"日本", "en", ""}, {"Пример in English", "en", "primer-in-english"},
		{strings.Repeat("beseda ", 30), "sl", "beseda-beseda-beseda-beseda-beseda-beseda-beseda-beseda-beseda-beseda-beseda"},
	} {
		if got := text.Slug(c.s, c.lang); got != c.want {
			t.Errorf("%s %q: got %q, want %q", c.lang, c.s, got, c.want)
		}
	}
}

func TestWordsShoutingHints(t *testing.T) {
	if got := text.Words("Kje je, danes? 3,5 km – да!"); !slices.Equal(got, []string{"Kje", "je", "danes", "3,5", "km", "да"}) {
		t.Errorf("words %q", got)
	}
	for s, want := range map[string]bool{
		"TO JE SRAMOTA ZA NAŠO OBČINO": true, "Това Е СРАМОТА ЗА НАШАТА ОБЩИНА": true, "KS Šalek": false, "NATO OECD": false,
		"To je običajno besedilo z dovolj črkami.": false, "12345678901234567890123": false,
	} {
		if text.Shouting(s) != want {
			t.Errorf("%q: shouting %v", s, !want)
		}
	}
	if got := text.Hints("Neeeeeeee!!!"); !slices.Equal(got, []string{"common.hint.marks", "common.hint.repeated"}) {
		t.Errorf("hints %v", got)
	}
	if got := text.Hints("Vredu. www.velenje.si, 10000 EUR?"); got != nil {
		t.Errorf("hints %v", got)
	}
}

func TestMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"# Title\n\ntext":                "<h3>Title</h3>\n<p>text</p>",
		"a\nb":                           "<p>a<br>\nb</p>",
		"[x](https://x.si/?a=1&b=2)":     `<p><a rel="nofollow ugc noopener" href="https://x.si/?a=1&amp;b=2">x</a></p>`,
		"[x](javascript:alert(1))":       "<p>x</p>",
		"https://x.si":                   `<p><a rel="nofollow ugc noopener" href="https://x.si">https://x.si</a></p>`,
		"![p](https://track.er/x.png) b": "<p> b</p>",
		"**b** *i* ~~d~~ `c`":            "<p><strong>b</strong> <em>i</em> <del>d</del> <code>c</code></p>",
		"- a\n- b":                       "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
		"":                               "",
	} {
		if got := text.Markdown(in); got != want {
			t.Errorf("%q:\n got %q\nwant %q", in, got, want)
		}
	}
	for _, hostile := range []string{
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[a](data:text/html,x)", "<a href=\"javascript:x\">y</a>",
		"[x](https://a.b \"<script>\")", "<https://a.b/<script>>", "`</code><script>`", "[x]: javascript:alert(1)\n\n[x]",
		"<svg/onload=alert(1)>", "[a](JaVaScRiPt:alert(1))", "[\"><script>](https://x)", "<style>*{}</style>", "<iframe src=//x>",
	} {
		got := strings.ToLower(text.Markdown(hostile))
		for _, bad := range []string{"<script", "<img", "onerror=alert(1)>", "href=\"javascript", "href=\"data", "<svg", "<style", "<iframe"} {
			if strings.Contains(got, bad) {
				t.Errorf("%q renders %q", hostile, got)
			}
		}
	}
}

func TestTypedTagsWereSwallowed(t *testing.T) {
	for in, want := range map[string]string{
		"<b></b>":                     "<p>&lt;b&gt;&lt;/b&gt;</p>",
		"a <b>c</b> & d":              "<p>a &lt;b&gt;c&lt;/b&gt; &amp; d</p>",
		"<div>\n*x*\n</div>":          "<p>&lt;div&gt;<br>\n<em>x</em><br>\n&lt;/div&gt;</p>",
		"<!-- note -->":               "<p>&lt;!-- note --&gt;</p>",
		"![](https://a.b/c.png)":      "<p>![](https://a.b/c.png)</p>",
		"<script>alert(1)</script> x": "<p>&lt;script&gt;alert(1)&lt;/script&gt; x</p>",
	} {
		if got := text.Markdown(in); got != want {
			t.Errorf("%q:\n got %q\nwant %q", in, got, want)
		}
	}
	if got := text.Plain("a <b>c</b>"); got != "a <b>c</b>" {
		t.Errorf("plain text is %q", got)
	}
}

func TestPlainAndExcerpt(t *testing.T) {
	in := "# Naslov\n\nPrvi **krepki** [odstavek](https://x.si) \\*.\n\n- ena\n- dva\n\n```\nkoda\n```\n<b>raw</b> &amp; <https://y.si>"
	want := "Naslov\nPrvi krepki odstavek *.\nena\ndva\nkoda\n<b>raw</b> & https://y.si"
	if got := strings.ReplaceAll(text.Plain(in), "\n\n", "\n"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := text.Excerpt(in, 12); got != "Naslov Prvi…" {
		t.Errorf("got %q", got)
	}
}

func TestTagsInImportedTitlesWereShownAsText(t *testing.T) {
	for in, want := range map[string]string{
		"<b>Klopi</b> ob  reki":                  "Klopi ob reki",
		"Pot &amp; most<br>čez Pako":             "Pot & most čez Pako",
		"<script>alert(1)</script>Igrišče":       "Igrišče",
		"Hitrost < 30 km/h, I <3 Velenje":        "Hitrost < 30 km/h, I <3 Velenje",
		"<p>Αλλαγή</p>\n<p>ωραρίου</p>":          "Αλλαγή ωραρίου",
		strings.Repeat("<i>", 400) + "x</i> dno": "x dno",
	} {
		if got := text.SafeLine(in); got != want {
			t.Errorf("%.60q: %q, want %q", in, got, want)
		}
	}
}

func TestSafeText(t *testing.T) {
	for in, want := range map[string]string{
		"plain &amp; simple &quot;text&quot;":                        `plain & simple "text"`,
		"<p>One</p><p>Two<br>lines</p>":                              "One\n\nTwo\nlines",
		"<div>a</div>\n\n\n<div>b</div>":                             "a\n\nb",
		"<ul><li>a</li><li>b <b>c</b></li></ul><p>d</p>":             "- a\n- b **c**\n\nd",
		"<ol><li>a</li><li>b<ul><li>c</li></ul></li></ol>":           "1. a\n2. b\n   - c",
		`<a href="https://x.si/a(b)" onclick="x">link</a>`:           "[link](https://x.si/a%28b%29)",
		`<a href="javascript:alert(1)">link</a>`:                     "link",
		"<script>alert(1)</script><style>p{}</style>text<img src=x>": "text",
		"<h1>Title</h1>text":                                         "## Title\n\ntext",
		"<b> bold </b>x":                                             "**bold** x",
		"5 * 3 [x]":                                                  `5 \* 3 \[x\]`,
		"first\nsecond":                                              "first\nsecond",
		"&lt;script&gt;alert(1)&lt;/script&gt;":                      `\<script>alert(1)\</script>`,
	} {
		if got := text.SafeText(in); got != want {
			t.Errorf("%q:\n got %q\nwant %q", in, got, want)
		}
	}
	deep := strings.Repeat("<div>", 5000) + "x"
	_ = text.SafeText(deep)
	if got := text.Markdown(text.SafeText("&lt;script&gt;x&lt;/script&gt;")); got != "<p>&lt;script&gt;x&lt;/script&gt;</p>" {
		t.Errorf("got %q", got)
	}
}

func TestDiff(t *testing.T) {
	got := text.Diff("Občina obnovi most čez Pako.", "Občina do junija obnovi stari most čez Pako")
	want := []text.Change{
		{Kind: text.Same, Text: "Občina "}, {Kind: text.Added, Text: "do junija "}, {Kind: text.Same, Text: "obnovi "},
		{Kind: text.Added, Text: "stari "}, {Kind: text.Same, Text: "most čez Pako"}, {Kind: text.Removed, Text: "."},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
	if got := text.Diff("", ""); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
	long := strings.Repeat("beseda druga ", 3000)
	if got := text.Diff("a "+long+"x", "b "+strings.ToUpper(long)+"y"); len(got) == 0 {
		t.Error("nothing")
	}
}

func FuzzText(f *testing.F) {
	f.Add("Čiščenje *reke*\n\n- <b>x</b>", "Διαβούλευση [x](javascript:1) ![](x)")
	f.Add("a\xff\x00", "<a href=\"x\">")
	f.Fuzz(func(t *testing.T, a, b string) {
		var before, after strings.Builder
		for _, c := range text.Diff(a, b) {
			if c.Kind != text.Added {
				before.WriteString(c.Text)
			}
			if c.Kind != text.Removed {
				after.WriteString(c.Text)
			}
		}
		if before.String() != a || after.String() != b {
			t.Fatalf("the changes of %q and %q do not add up: %q %q", a, b, before.String(), after.String())
		}
		clean := text.Clean(a)
		if text.Clean(clean) != clean || !utf8.ValidString(clean) {
			t.Fatalf("%q is not clean: %q then %q", a, clean, text.Clean(clean))
		}
		if html := text.Markdown(b); strings.Contains(strings.ToLower(html), "<script") {
			t.Fatalf("%q renders %q", b, html)
		}
		for _, r := range text.Slug(a, "bg") {
			if r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9') {
				t.Fatalf("slug of %q has %q", a, r)
			}
		}
		text.SafeText(a)
		text.Plain(a)
		text.Truncate(b, len(a))
	})
}
