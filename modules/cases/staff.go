package cases

import (
	"context"

	"glas/internal/i18n"
	"glas/internal/web/ui"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/desk"
	"glas/modules/cases/internal/ladder"
	"glas/modules/cases/internal/setup"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/told"
	"glas/modules/clocks"
	"glas/tenant"
)

// newDesk is the municipality's own side.
func (m *Module) newDesk() way {
	return &desk.Desk{Acts: m.acts, Clocks: m.Deps.Clocks, People: m.People}
}

// newSetup is where the municipality says how it takes cases.
func (m *Module) newSetup() way { return &setup.Setup{Acts: m.acts, People: m.People} }

// Escalate implements clocks.Doer: what the ladder does to a case beside having people told.
func (m *Module) Escalate(ctx context.Context, tx *tenant.Tx, caseID string, s clocks.Step) error {
	return ladder.Escalate(ctx, tx, m.acts, caseID, s)
}

// Vocabulary are the words by which rules of deadlines tell cases apart.
func Vocabulary() clocks.Vocabulary {
	return clocks.Vocabulary{
		Kinds: func(ctx context.Context) []ui.Option {
			return words(stored.Kinds(), func(s string) string { return i18n.T(ctx, "cases.kind."+s) }) //i18n: cases.kind.*
		},
		Channels: func(ctx context.Context) []ui.Option { return desk.ChannelOptions(ctx, stored.Channels()...) },
		Priorities: func(ctx context.Context) []ui.Option {
			return words([]string{"low", "normal", "high", "urgent"}, func(s string) string { return i18n.T(ctx, "casedesk.priority."+s) }) //i18n: casedesk.priority.*
		},
	}
}

func words(values []string, say func(string) string) []ui.Option {
	out := make([]ui.Option, len(values))
	for i, v := range values {
		out[i] = ui.Option{Value: v, Label: say(v)}
	}
	return out
}

// Queues are the tabs whose cases are duties of who opens the staff pages.
func Queues() []string {
	return []string{"review", "unaccepted", "overdue", "approve", "reopen", "idle"}
}

// Waiting counts the cases in a tab of the queues that who acts in ctx may work on, and gives the address of the tab; without one the
// tab is nothing for him.
func Waiting(ctx context.Context, tx *tenant.Tx, queue string) (n int, path string, err error) {
	if !acts.CanAny(ctx, acts.PermWork) {
		return 0, "", nil
	}
	return desk.Waiting(ctx, tx, queue)
}

// Told notes that the reporter of a case heard what waited for him to be said by phone or on paper, if anything did.
func Told(ctx context.Context, tx *tenant.Tx, caseID string) error {
	x, err := told.OpenOf(ctx, tx, caseID)
	if x == nil || err != nil {
		return err
	}
	return told.Finish(ctx, tx, x, told.Done, "")
}

// ToCall counts those who are to be told by phone or on paper, whether one of them waits too long, and gives the address of their list;
// without one they are nothing for who acts in ctx.
func ToCall(ctx context.Context, tx *tenant.Tx) (n int, late bool, path string, err error) {
	return desk.ToCall(ctx, tx)
}
