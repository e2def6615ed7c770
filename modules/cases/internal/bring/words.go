package bring

import (
	"slices"
	"strings"

	"glas/modules/cases/internal/stored"
)

// StateOf reads how another system says that a case stands. False when the words are unknown, or cannot be brought in.
func StateOf(words string) (stored.State, bool) {
	key := strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(words)))
	common := map[string]stored.State{"": stored.Received, "open": stored.Received, "new": stored.Received, "acknowledged": stored.Received, "unassigned": stored.Received,
		"pending": stored.InProgress, "started": stored.InProgress, "investigating": stored.InProgress, "assigned": stored.InProgress, "in_process": stored.InProgress,
		"closed": stored.Answered, "done": stored.Answered, "completed": stored.Answered, "fixed": stored.Resolved, "archived": stored.Answered,
		"duplicate": stored.Merged, "cancelled": stored.Withdrawn, "canceled": stored.Withdrawn, "action_scheduled": stored.InProgress, "no_further_action": stored.Rejected,
		"not_councils_responsibility": stored.Referred}
	if s, ok := common[key]; ok {
		return s, true
	}
	s := stored.State(key)
	return s, slices.Contains(stored.States(), s) && s.Group() != stored.GroupHidden
}
