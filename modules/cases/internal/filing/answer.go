package filing

import (
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/text"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Words checks the text of an answer: the language of the municipality is needed, the others are welcome.
func Words(tx *tenant.Tx, body i18n.Text) error {
	first := tx.Tenant().Default()
	if text.Letters(body[first]) < stored.BodyMin {
		return fault.InvalidField("body."+first, "val.min_chars", "N", stored.BodyMin)
	}
	for lang, s := range body {
		if text.Letters(s) > stored.AnswerMax {
			return fault.InvalidField("body."+lang, "val.max_chars", "N", stored.AnswerMax)
		}
	}
	return nil
}

// Missing is the first mandatory language in which a text is not written, empty when it is in all.
func Missing(s *stored.CaseSetting, t *tenant.Tenant, body i18n.Text) string {
	for _, lang := range s.Mandatory(t) {
		if text.Letters(body[lang]) == 0 {
			return lang
		}
	}
	return ""
}
