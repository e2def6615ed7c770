package archive

import "slices"

// Licence is under what others may use an archive.
type Licence struct {
	// Key is stored, Name is the same in all languages, URL is where its text stands.
	Key, Name, URL string
}

// Licences lists those that staff may choose; the first is the usual one.
func Licences() []Licence {
	return []Licence{
		{"cc-by-4.0", "Creative Commons Attribution 4.0 International (CC BY 4.0)", "https://creativecommons.org/licenses/by/4.0/legalcode"},
		{"cc0-1.0", "Creative Commons Zero 1.0 Universal (CC0 1.0)", "https://creativecommons.org/publicdomain/zero/1.0/legalcode"},
		{"cc-by-sa-4.0", "Creative Commons Attribution-ShareAlike 4.0 International (CC BY-SA 4.0)", "https://creativecommons.org/licenses/by-sa/4.0/legalcode"},
		{"odc-by-1.0", "Open Data Commons Attribution License 1.0 (ODC-By)", "https://opendatacommons.org/licenses/by/1-0/"},
	}
}

// licenceOf finds a licence by its key; the usual one when there is none.
func licenceOf(key string) Licence {
	all := Licences()
	if i := slices.IndexFunc(all, func(l Licence) bool { return l.Key == key }); i >= 0 {
		return all[i]
	}
	return all[0]
}
