package stored

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// The orders of a thread.
const (
	SortNewest    = "newest"
	SortOldest    = "oldest"
	SortBest      = "best"
	SortDiscussed = "discussed"
)

// Sorts lists the orders in the order in which they are offered.
func Sorts() []string { return []string{SortNewest, SortOldest, SortBest, SortDiscussed} }

// order is one way to sort the top of a thread: by a stored column, and by id where that ties.
type Order struct {
	Column string
	Desc   bool
	// key is the column of a comment as a value for SQL; read reads back what a cursor kept.
	key  func(c *Comment) any
	read func(s string) (any, bool)
}

// OrderOf is the order of that name; an unknown one is the newest first.
func OrderOf(sort string) Order {
	switch sort {
	case SortOldest:
		return Order{"created_at", false, byTime, readTime}
	case SortBest:
		return Order{"score", true, func(c *Comment) any { return c.Score }, readFloat}
	case SortDiscussed:
		return Order{"thread_count", true, func(c *Comment) any { return c.ThreadCount }, readInt}
	default:
		return Order{"created_at", true, byTime, readTime}
	}
}

func byTime(c *Comment) any { return c.CreatedAt }

func readTime(s string) (any, bool) {
	t, err := time.Parse(time.RFC3339Nano, s)
	return t, err == nil && t.Year() > 0 && t.Year() < 10000
}

func readFloat(s string) (any, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && f >= 0 && f <= 1
}

func readInt(s string) (any, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// before reports whether a stands before b.
func (o Order) Before(a, b *Comment) bool {
	less, equal := compare(o.key(a), o.key(b))
	if equal {
		less = a.ID < b.ID
	}
	return less != o.Desc
}

func compare(a, b any) (less, equal bool) {
	switch x := a.(type) {
	case time.Time:
		y, _ := b.(time.Time)
		return x.Before(y), x.Equal(y)
	case float64:
		y, _ := b.(float64)
		return x < y, x == y
	case int64:
		y, _ := b.(int64)
		return x < y, x == y
	}
	return false, true
}

// cursor is the place right after c in the order, as text for an address.
func (o Order) Cursor(c *Comment) string {
	var value string
	switch x := o.key(c).(type) {
	case time.Time:
		value = x.UTC().Format(time.RFC3339Nano)
	case float64:
		value = strconv.FormatFloat(x, 'g', -1, 64)
	case int64:
		value = strconv.FormatInt(x, 10)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(o.Column + "|" + value + "|" + c.ID))
}

// Place reads a cursor of this order. One that is not is as if there were none.
func (o Order) Place(cursor string) (key any, id string, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || cursor == "" {
		return nil, "", false
	}
	parts := strings.Split(string(b), "|")
	if len(parts) != 3 || parts[0] != o.Column || Ident(parts[2]) == "" {
		return nil, "", false
	}
	key, ok = o.read(parts[1])
	return key, parts[2], ok
}
