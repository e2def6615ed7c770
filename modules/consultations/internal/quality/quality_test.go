package quality

import "testing"

func TestPlainWordsScoreLowerThanOfficialOnesInEveryLanguage(t *testing.T) {
	texts := map[string][2]string{
		"en": {"We want to close the main street to cars. People will walk and play there. Buses go round the park. The shops stay open. Tell us what you think until Friday.",
			"Pursuant to the provisions of the aforementioned regulation concerning categorisation of municipal infrastructure, implementation of comprehensive restrictions regarding motorised transportation shall be accomplished notwithstanding previously established administrative arrangements."},
		"sl": {"Glavno ulico želimo zapreti za avte. Tam bodo ljudje hodili in se igrali. Avtobus bo šel okoli parka. Trgovine ostanejo odprte. Do petka povejte, kaj menite vi.",
			"Skladno z določili predhodno navedenega odloka o kategorizaciji občinske infrastrukture se izvajanje celovitih omejitev motoriziranega prometa zagotavlja neodvisno od predhodno vzpostavljenih upravnih dogovorov in organizacijskih predpostavk posameznih izvajalcev gospodarskih javnih služb."},
		"bg": {"Искаме да затворим улицата за коли. Там хората ще ходят и ще играят. Автобусът ще мине край парка. Магазините остават. Кажете ни до петък какво мислите за това.",
			"Съгласно разпоредбите на гореспоменатата наредба относно категоризацията на общинската инфраструктура, осъществяването на всеобхватни ограничения на моторизирания транспорт се гарантира независимо от предварително установените административни договорености между изпълнителите."},
		"el": {"Θέλουμε να κλείσει ο δρόμος για τα αυτοκίνητα. Ο κόσμος θα περπατά εκεί. Το λεωφορείο θα πάει γύρω από το πάρκο. Τα μαγαζιά μένουν. Πείτε μας ως την Πέμπτη τι λέτε.",
			"Σύμφωνα με τις διατάξεις του προαναφερθέντος κανονισμού σχετικά με την κατηγοριοποίηση των δημοτικών υποδομών, η εφαρμογή ολοκληρωμένων περιορισμών της μηχανοκίνητης κυκλοφορίας διασφαλίζεται ανεξαρτήτως προηγουμένως θεσπισμένων διοικητικών ρυθμίσεων και συμφωνιών."},
		"tr": {"Ana caddeyi araçlara kapatmak istiyoruz. Orada herkes yürüsün, çocuklar oynasın. Otobüs parkın yanından geçsin. Dükkânlar açık kalsın. Cumaya kadar bize ne dersiniz, yazın. Hep birlikte karar verelim.",
			"Yukarıda belirtilen yönetmelik hükümleri doğrultusunda belediye altyapısının sınıflandırılmasına ilişkin kapsamlı sınırlandırmaların gerçekleştirilmesi, önceden oluşturulmuş yönetimsel düzenlemelerden bağımsız olarak motorlu taşıtlar açısından değerlendirilerek uygulanacaktır."},
	}
	for lang, pair := range texts {
		easy, ok1 := Score(lang, pair[0])
		hard, ok2 := Score(lang, pair[1])
		if !ok1 || !ok2 || easy > 40 || hard <= Hard {
			t.Errorf("%s: plain words score %d (%t), official ones %d (%t)", lang, easy, ok1, hard, ok2)
		}
	}
}

func TestSentencesAreCountedAsPeopleRead(t *testing.T) {
	base := "to je prvi stavek in ima nekaj kratkih besed da ga lahko preberemo vsi brez vsake muke tu"
	one, _ := Score("sl", base+" glej 7. člen odloka.")
	two, _ := Score("sl", base+". Glej sedmi člen odloka.")
	if one <= two {
		t.Errorf("a number of an article ends a sentence: %d, %d", one, two)
	}
	if _, known := Score("sl", "Kratko."); known {
		t.Error("one word has a score")
	}
}

func TestQuestionThatPushesIsNoticed(t *testing.T) {
	for lang, words := range map[string]string{"en": "Do you agree that the street must be closed?", "sl": "Ali se strinjate, da je treba ulico zapreti?", "bg": "Съгласни ли сте улицата да се затвори?",
		"el": "Συμφωνείτε να κλείσει ο δρόμος;", "tr": "Caddenin kapatılmasına katılıyor musunuz?"} {
		if Loaded(lang, words) == "" {
			t.Errorf("%s: %q is taken for neutral", lang, words)
		}
	}
	for lang, words := range map[string]string{"en": "How should the street be used?", "sl": "Kako naj se uporablja ulica?", "bg": "Как да се използва улицата?", "el": "Πώς να χρησιμοποιείται ο δρόμος;", "tr": "Cadde nasıl kullanılsın?"} {
		if got := Loaded(lang, words); got != "" {
			t.Errorf("%s: %q is taken to push by %q", lang, words, got)
		}
	}
}

func TestPushingWordsAreShownAsTheyStand(t *testing.T) {
	for words, want := range map[string]string{"Yasağa katılıyor musunuz?": "katılıyor musunuz", "Bunu,  Kabul\nEdilemez!": "Kabul Edilemez"} {
		if got := Loaded("tr", words); got != want {
			t.Errorf("%q: shown %q, want %q", words, got, want)
		}
	}
}

func TestWordThatOnlyBeginsLikeAPushingOneIsNeutral(t *testing.T) {
	for lang, words := range map[string]string{"sl": "Zalivanje zelenic, zaloge vode in končno poročilo", "el": "Φυσικά υλικά και φυσικά πρόσωπα"} {
		if got := Loaded(lang, words); got != "" {
			t.Errorf("%s: %q is taken to push by %q", lang, words, got)
		}
	}
	for lang, words := range map[string]string{"sl": "Žal, ulica je zaprta.", "en": "Don’t you want a park?"} {
		if Loaded(lang, words) == "" {
			t.Errorf("%s: %q is taken for neutral", lang, words)
		}
	}
}
