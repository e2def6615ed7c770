package web

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"sync"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v2"
)

const (
	// pageCacheBytes bounds the memory of remembered pages.
	pageCacheBytes = 12 << 20
	// pageLife bounds how long a page is remembered even if nothing was written, because words like "2 hours ago" grow old.
	pageLife = time.Minute
	// staleFor is how long a page may be shown after it was last known to be right, while one request renders the new one.
	staleFor = time.Second
	// keyLimit keeps addresses made up to fill the memory out of it.
	keyLimit = 512
	// varyFragment is what tells a part of a page from the whole under one address.
	varyFragment = "HX-Request, HX-History-Restore-Request"
)

// page is a remembered answer.
type page struct {
	key         string
	generation  int64
	until       time.Time
	contentType string
	etag        string
	plain       []byte

	packOnce sync.Once
	gzip     []byte
	brotli   []byte

	mu sync.Mutex
	// current is when the page was last known to be right.
	current   time.Time
	rendering bool
}

func (p *page) size() int { return 2*len(p.plain) + len(p.key) + 256 }

// packer keeps compressors for the next page: each needs megabytes of tables, which would else be made and thrown away every time.
type packer struct{ gzips, brotlis sync.Pool }

// pack compresses once: compressing at every request would cost many times the sending.
func (k *packer) pack(p *page) {
	p.packOnce.Do(func() {
		var g, b bytes.Buffer
		gw, ok := k.gzips.Get().(*gzip.Writer)
		if !ok {
			gw = gzip.NewWriter(nil)
		}
		gw.Reset(&g)
		if _, err := gw.Write(p.plain); err == nil && gw.Close() == nil {
			p.gzip = bytes.Clone(g.Bytes())
		}
		k.gzips.Put(gw)
		bw, ok := k.brotlis.Get().(*brotli.Writer)
		if !ok {
			bw = brotli.NewWriterLevel(nil, 5)
		}
		bw.Reset(&b)
		if _, err := bw.Write(p.plain); err == nil && bw.Close() == nil {
			p.brotli = bytes.Clone(b.Bytes())
		}
		k.brotlis.Put(bw)
	})
}

// pageCache remembers whole pages as visitors without a session see them, least recently used out first.
type pageCache struct {
	packer
	mu    sync.Mutex
	limit int
	used  int
	order *list.List
	byKey map[string]*list.Element
}

func newPageCache(limit int) *pageCache {
	return &pageCache{limit: limit, order: list.New(), byKey: map[string]*list.Element{}}
}

func (pc *pageCache) get(key string) *page {
	pc.mu.Lock()
	defer pc.mu.Unlock()
	e := pc.byKey[key]
	if e == nil {
		return nil
	}
	pc.order.MoveToFront(e)
	return e.Value.(*page)
}

// drop forgets a page whose address has another answer now: what was taken away must not be shown to the next reader.
func (pc *pageCache) drop(key string) {
	pc.mu.Lock()
	defer pc.mu.Unlock()
	if old := pc.byKey[key]; old != nil {
		pc.used -= old.Value.(*page).size()
		pc.order.Remove(old)
		delete(pc.byKey, key)
	}
}

func (pc *pageCache) put(p *page) {
	pc.mu.Lock()
	defer pc.mu.Unlock()
	if old := pc.byKey[p.key]; old != nil {
		pc.used -= old.Value.(*page).size()
		pc.order.Remove(old)
	}
	pc.byKey[p.key] = pc.order.PushFront(p)
	pc.used += p.size()
	for pc.used > pc.limit && pc.order.Len() > 1 {
		last := pc.order.Back()
		gone := last.Value.(*page)
		pc.order.Remove(last)
		delete(pc.byKey, gone.key)
		pc.used -= gone.size()
	}
}

// usable reports whether p may be shown at now, and whether the caller is the one who must render the next one.
func (p *page) usable(now time.Time, generation int64, trusted bool) (show, render bool) {
	life := p.until
	if !trusted { // not told of the writes of others: as good as stale after a second
		if l := p.until.Add(-pageLife + staleFor); l.Before(life) {
			life = l
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.generation == generation && now.Before(life) {
		p.current = now
		return true, false
	}
	if p.rendering && now.Sub(p.current) < staleFor {
		return true, false
	}
	p.rendering = true
	return false, true
}

// fromCache answers from memory when it can, and remembers what is answered otherwise.
func (k *Kernel) fromCache(c *fiber.Ctx) error {
	key := cacheKey(c)
	if key == "" {
		return c.Next()
	}
	now := k.clock.Now()
	generation, trusted := SiteOf(c).Generation()
	if p := k.pages.get(key); p != nil {
		if show, _ := p.usable(now, generation, trusted); show {
			return sendPage(c, p, &k.pages.packer)
		}
	}
	if err := c.Next(); err != nil {
		k.pages.drop(key)
		return err
	}
	r, ok := c.Locals(localRoute).(*Route)
	res := c.Response()
	if !ok || !r.Cache || res.StatusCode() != fiber.StatusOK || hasCookie(c) {
		k.pages.drop(key)
		return nil
	}
	p := &page{key: key, generation: generation, current: now, until: now.Add(pageLife), contentType: string(res.Header.ContentType()), plain: bytes.Clone(res.Body())}
	if at, ok := c.Locals(localExpiry).(time.Time); ok && at.Before(p.until) {
		p.until = at
	}
	sum := sha256.Sum256(p.plain)
	p.etag = hex.EncodeToString(sum[:8])
	k.pages.put(p)
	return sendPage(c, p, &k.pages.packer)
}

func hasCookie(c *fiber.Ctx) bool {
	return len(c.Response().Header.Peek(fiber.HeaderSetCookie)) > 0
}

// cacheKey is what a page is remembered under; empty when the request is not that of a plain visitor.
func cacheKey(c *fiber.Ctx) string {
	if c.Method() != fiber.MethodGet && c.Method() != fiber.MethodHead {
		return ""
	}
	h := &c.Request().Header
	if len(h.Peek(fiber.HeaderCookie)) > 0 && (sessionToken(c) != "" || c.Cookies(cookieName(c, flashCookie)) != "" || c.Cookies(cookieName(c, parkedCookie)) != "") {
		return ""
	}
	kind := "p"
	if IsFragment(c) {
		kind = "f"
	}
	if strings.Contains(c.Get(fiber.HeaderAccept), "application/json") {
		kind += "j"
	}
	lang, _ := c.Locals(localLang).(string)
	key := SiteOf(c).ID + "|" + lang + "|" + kind + "|" + hostOf(c) + "|" + PathOf(c) + "?" + string(c.Request().URI().QueryString())
	if len(key) > keyLimit {
		return ""
	}
	return key
}

// sendPage answers with remembered bytes in the best encoding that the reader takes.
func sendPage(c *fiber.Ctx, p *page, k *packer) error {
	h := &c.Response().Header
	accept := c.Get(fiber.HeaderAcceptEncoding)
	body, encoding := p.plain, ""
	if accept != "" && len(p.plain) > 512 {
		k.pack(p)
		switch {
		case strings.Contains(accept, "br") && p.brotli != nil:
			body, encoding = p.brotli, "br"
		case strings.Contains(accept, "gzip") && p.gzip != nil:
			body, encoding = p.gzip, "gzip"
		}
	}
	etag := `W/"` + p.etag + `"`
	h.Set(fiber.HeaderETag, etag)
	h.Set(fiber.HeaderCacheControl, "no-cache")
	h.Set(fiber.HeaderVary, "Accept-Encoding, Cookie, Accept, "+varyFragment)
	h.SetContentType(p.contentType)
	if c.Get(fiber.HeaderIfNoneMatch) == etag {
		c.Response().ResetBody()
		return c.SendStatus(fiber.StatusNotModified)
	}
	if encoding != "" {
		h.Set(fiber.HeaderContentEncoding, encoding)
	}
	c.Response().SetBodyRaw(body)
	return nil
}
