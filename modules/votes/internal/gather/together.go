package gather

import "context"

// Together reads the transaction from one context and the person from another; it ends with the first.
type Together struct {
	context.Context
	Person context.Context
}

// Value implements context.Context.
func (t Together) Value(key any) any {
	if v := t.Context.Value(key); v != nil {
		return v
	}
	return t.Person.Value(key)
}
