package portal

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"time"

	"glas/tenant"
)

// SitemapPage is one page for search engines.
type SitemapPage struct {
	// Path has no language prefix.
	Path    string
	Changed time.Time
	// Languages are those that the content exists in; empty means all languages of the site.
	Languages []string
}

// mostURLs is the largest sitemap that search engines take (sitemaps.org).
const mostURLs = 50_000

// urlset is a sitemap (sitemaps.org protocol 0.9) with the alternates of each page in other languages.
type urlset struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	XHTML   string       `xml:"xmlns:xhtml,attr"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Loc     string        `xml:"loc"`
	Lastmod string        `xml:"lastmod,omitempty"`
	Links   []sitemapLink `xml:"xhtml:link"`
}

type sitemapLink struct {
	Rel  string `xml:"rel,attr"`
	Lang string `xml:"hreflang,attr"`
	Href string `xml:"href,attr"`
}

// inLanguage is the full address of a page in one of the languages of a municipality.
func inLanguage(t *tenant.Tenant, base, lang, path string) string {
	if lang != t.Default() {
		path = "/" + lang + strings.TrimSuffix(path, "/")
	}
	return base + path
}

// fixedPages are those that every municipality has.
func fixedPages(t *tenant.Tenant) []SitemapPage {
	pages := []SitemapPage{{Path: "/"}, {Path: "/consultations"}}
	if t.Offers("proposal") {
		pages = append(pages, SitemapPage{Path: "/proposals"})
	}
	return append(pages, SitemapPage{Path: "/accessibility"}, SitemapPage{Path: "/privacy"}, SitemapPage{Path: "/rules"}, SitemapPage{Path: "/api"})
}

// writeSitemap lists every page once for each language, and says which of them are the same page in another language.
func writeSitemap(t *tenant.Tenant, base string, pages []SitemapPage) ([]byte, error) {
	set := urlset{XHTML: "http://www.w3.org/1999/xhtml"}
	for _, p := range append(fixedPages(t), pages...) {
		langs := slices.DeleteFunc(slices.Clone(t.Languages), func(l string) bool { return len(p.Languages) > 0 && !slices.Contains(p.Languages, l) })
		if len(set.URLs)+len(langs) > mostURLs {
			break
		}
		var links []sitemapLink
		if len(langs) > 1 {
			for _, l := range langs {
				links = append(links, sitemapLink{"alternate", l, inLanguage(t, base, l, p.Path)})
			}
			links = append(links, sitemapLink{"alternate", "x-default", inLanguage(t, base, langs[0], p.Path)})
		}
		for _, l := range langs {
			u := sitemapURL{Loc: inLanguage(t, base, l, p.Path), Links: links}
			if !p.Changed.IsZero() {
				u.Lastmod = p.Changed.UTC().Format(time.DateOnly)
			}
			set.URLs = append(set.URLs, u)
		}
	}
	b, err := xml.Marshal(set)
	if err != nil {
		return nil, fmt.Errorf("write sitemap: %w", err)
	}
	return append([]byte(xml.Header), b...), nil
}

// robotsText says what programs should leave alone: pages of staff and of accounts, in every language. A nil t is the deployment.
func robotsText(t *tenant.Tenant, base string) string {
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	if t == nil {
		b.WriteString("Disallow: /operator\n")
		return b.String()
	}
	for _, l := range t.Languages {
		prefix := ""
		if l != t.Default() {
			prefix = "/" + l
		}
		for _, path := range []string{"/admin", "/me", "/sign-in", "/preview", "/search"} {
			b.WriteString("Disallow: " + prefix + path + "\n")
		}
	}
	b.WriteString("\nSitemap: " + base + "/sitemap.xml\n")
	return b.String()
}
