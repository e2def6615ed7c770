package record

import "slices"

// Holds are those of some numbers of remarks that a stored report has.
func Holds(body []byte, numbers []string) ([]string, error) {
	r, err := Read(body)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, m := range r.Remarks {
		if slices.Contains(numbers, m.No) {
			out = append(out, m.No)
		}
	}
	return out, nil
}
