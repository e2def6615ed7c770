package audit

import (
	"bytes"
	"context"
	"encoding/csv"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/i18n"
	"glas/internal/sheet"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/tenant"
)

const pageSize = 50

func filter(c *fiber.Ctx, limit int) Filter {
	q := web.Query(c)
	f := Filter{Actor: q.Value("actor"), Action: q.Value("action"), Limit: limit}
	if ref, err := subject.Parse(q.Value("of")); err == nil {
		f.Ref = ref
	}
	if n, err := strconv.ParseInt(q.Value("before"), 10, 64); err == nil {
		f.Before = n
	}
	return f
}

func (m *Module) list(c *fiber.Ctx) error {
	f := filter(c, pageSize+1)
	var rows []AuditEntry
	var called names
	more := false
	err := m.db.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if rows, err = List(ctx, tx, f); err != nil {
			return err
		}
		if more = len(rows) > pageSize; more {
			rows = rows[:pageSize]
		}
		called, err = m.names(ctx, tx, rows)
		return err
	})
	if err != nil {
		return err
	}
	next := ""
	if more {
		q := web.Query(c)
		q.Set("before", strconv.FormatInt(rows[pageSize-1].Seq, 10))
		next = "/admin/audit?" + q.Encode()
	}
	return web.Render(c, web.Page{Title: i18n.T(c.UserContext(), "audit.title"), Staff: true}, listPage(rows, f, next, called))
}

// exportRows bounds one file; older entries follow with ?before=.
const exportRows = 50000

func (m *Module) export(c *fiber.Ctx) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	head := []string{"seq", "at", "actor_id", "actor", "action", "subject", "data", "hash"}
	if err := w.Write(head); err != nil {
		return err
	}
	err := m.db.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		rows, err := List(ctx, tx, filter(c, exportRows))
		for _, e := range rows {
			if err := w.Write([]string{strconv.FormatInt(e.Seq, 10), e.At.UTC().Format(time.RFC3339), e.ActorID, sheet.Guard(e.ActorName), e.Action, e.Ref().String(), sheet.Guard(e.Data), e.Hash}); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	w.Flush()
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="audit.csv"`)
	return c.Send(b.Bytes())
}

func (m *Module) check(c *fiber.Ctx) error {
	var entries, broken int64
	err := m.db.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		entries, broken, err = Check(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	if broken == 0 {
		web.Flash(c, "success", "audit.check.whole", "N", entries)
	} else {
		web.Flash(c, "danger", "audit.check.broken", "Seq", broken)
	}
	return web.Redirect(c, "/admin/audit")
}
