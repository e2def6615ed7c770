package listed

import (
	"context"
	"slices"
	"strings"
	"time"

	"glas/internal/i18n"
	"glas/modules/cases/internal/stored"
)

// question is that of a topic with a code; nil when there is none any more.
func (n *Names) question(topicID, code string) *stored.Question {
	t := n.topics[topicID]
	if t == nil {
		return nil
	}
	if i := slices.IndexFunc(t.Questions, func(q stored.Question) bool { return q.Code == code }); i >= 0 {
		return &t.Questions[i]
	}
	return nil
}

// ReplyWord is one answer to a question of a topic as people read it: an option by its name, a day or a moment as it is written here.
func (n *Names) ReplyWord(ctx context.Context, topicID, code, value string) string {
	q := n.question(topicID, code)
	if q == nil {
		return value
	}
	for _, o := range q.Options {
		if o.Key == value {
			return o.Name.In(ctx)
		}
	}
	if q.Datatype != "datetime" {
		return value
	}
	if day, err := time.ParseInLocation(time.DateOnly, value, i18n.Zone(ctx)); err == nil {
		return i18n.Date(ctx, day)
	}
	if at, err := time.Parse(time.RFC3339, value); err == nil {
		return i18n.DateTime(ctx, at)
	}
	return value
}

// ReplyWords are all answers to one question.
func (n *Names) ReplyWords(ctx context.Context, topicID string, r stored.Reply) string {
	words := make([]string, len(r.Values))
	for i, v := range r.Values {
		words[i] = n.ReplyWord(ctx, topicID, r.Code, v)
	}
	return strings.Join(words, ", ")
}

// OpenReplies are the answers to those questions of its topic that everybody may read.
func (n *Names) OpenReplies(c *stored.Case) []stored.Reply {
	var out []stored.Reply
	for _, r := range c.Answers {
		if q := n.question(c.TopicID, r.Code); q != nil && q.Public {
			out = append(out, r)
		}
	}
	return out
}
