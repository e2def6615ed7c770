package feed

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"time"
)

// TestFeedWithoutNews: a feed without entries changed each time it was read; a disk that is full was not noticed.
func TestFeedWithoutNews(t *testing.T) {
	since := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("x", 3600))
	var b strings.Builder
	f := Feed{ID: "feed:sl", Authority: "kamnik.si", Since: since, Title: "T", Self: "https://kamnik.si/feed.atom", Home: "https://kamnik.si/", Author: "Kamnik"}
	if err := Write(&b, f); err != nil {
		t.Fatal(err)
	}
	var a atomFeed
	if err := xml.Unmarshal([]byte(b.String()), &a); err != nil {
		t.Fatal(err)
	}
	if a.ID != "tag:kamnik.si,2026-01-02:feed:sl" || a.Updated != "2026-01-02T02:04:05Z" || len(a.Entries) != 0 {
		t.Errorf("%+v", a)
	}
	if err := Write(full{}, f); err == nil {
		t.Error("a disk that is full is not noticed")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
