package accounts

// Deleted is announced when a person deleted the account: whoever keeps something signed by it takes the name off.
type Deleted struct {
	AccountID string `json:"account_id"`
}

// EventName implements tenant.Event.
func (Deleted) EventName() string { return "accounts.deleted" }
