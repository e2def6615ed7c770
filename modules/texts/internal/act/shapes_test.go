package act

import (
	"fmt"
	"strings"
	"testing"
)

// found parses a made-up act and compares its outline.
func found(t *testing.T, name, lang, text, want string) {
	t.Helper()
	if got := outline(parse(t, name, lang, strings.TrimSpace(text))); got != strings.TrimSpace(want) {
		t.Errorf("found\n%s\nwant\n%s", got, strings.TrimSpace(want))
	}
}

func TestTitleStandsBeforeABulgarianArticle(t *testing.T) {
	want := `
ch|Глава първа|ОБЩИ ПОЛОЖЕНИЯ|-
ar|чл. 1|Предмет|Кодексът урежда поведението.
ar|чл. 2|Публичност и откритост|-
pa|чл. 2, ал. 1||Съветникът поддържа връзка по чл. 3.
pa|чл. 2, ал. 2||Съветникът не разкрива тайни.
ar|чл. 2а|Нови дейности|-
pa|чл. 2а, ал. 1||Дейностите са явни.`
	found(t, "a.txt", "bg", `
Глава първа. ОБЩИ ПОЛОЖЕНИЯ

Предмет

Чл. 1. Кодексът урежда поведението.

Публичност и откритост

Чл. 2. (1) Съветникът поддържа връзка по чл. 3.

(2) Съветникът не разкрива тайни.

Нови дейности

Чл. 2а. (1) Дейностите са явни.`, want)
	found(t, "a.md", "bg", `
### Глава първа. ОБЩИ ПОЛОЖЕНИЯ

Предмет Чл. 1. Кодексът урежда поведението.

Публичност и откритост Чл. 2. (1) Съветникът поддържа връзка по чл. 3.

(2) Съветникът не разкрива тайни.

Нови дейности Чл. 2а. (1) Дейностите са явни.`, want)
}

func TestRemarkAboutAnAmendmentHidesNoParagraph(t *testing.T) {
	found(t, "a.txt", "bg", `
Чл. 19б. (Нов - ДВ, бр. 74 от 2016 г.) (1) (Отм. - ДВ, бр. 77 от 2018 г.)

(2) Договорът се сключва в срок.

Чл. 20. (Отм. - ДВ, бр. 77 от 2018 г.)`, `
ar|чл. 19б||(Нов - ДВ, бр. 74 от 2016 г.)
pa|чл. 19б, ал. 1||(Отм. - ДВ, бр. 77 от 2018 г.)
pa|чл. 19б, ал. 2||Договорът се сключва в срок.
ar|чл. 20||(Отм. - ДВ, бр. 77 от 2018 г.)`)
	found(t, "a.txt", "tr", `
MADDE 1 – (Değişik: 8/12/2004-5273/4 md.)

Kanunun amacı arsa sağlamaktır.

MADDE 2 – (Değişik: 8/12/2004-5273/4 md.)

Daire çalışır.

Daire rapor verir.

MADDE 3 – (Mülga: 8/12/2004-5273/6 md.)`, `
ar|Madde 1||(Değişik: 8/12/2004-5273/4 md.)/Kanunun amacı arsa sağlamaktır.
ar|Madde 2||(Değişik: 8/12/2004-5273/4 md.)
pa|Madde 2/1||Daire çalışır.
pa|Madde 2/2||Daire rapor verir.
ar|Madde 3||(Mülga: 8/12/2004-5273/6 md.)`)
}

func TestParagraphsAndPointsPrintedOneAfterAnother(t *testing.T) {
	want := `
ar|чл. 4||-
pa|чл. 4, ал. 1||Сигналът се вписва.
pa|чл. 4, ал. 2||Вписват се:
po|чл. 4, ал. 2, т. 1||името;
po|чл. 4, ал. 2, т. 2||датата по чл. 3, ал. 1 и 2; и
po|чл. 4, ал. 2, т. 3||начинът.
pa|чл. 4, ал. 3||Редът се определя с наредба.
ar|чл. 5||Справки по ал. 1 не се дават.`
	found(t, "a.md", "bg", `**Чл. 4.** (1) Сигналът се вписва. (2) Вписват се: 1. името; 2. датата по чл. 3, ал. 1 и 2; и 3. начинът. (3) Редът се определя с наредба.

**Чл. 5.** Справки по ал. 1 не се дават.`, want)
	found(t, "a.txt", "bg", `Чл. 4. (1) Сигналът се вписва. (2) Вписват се: 1. името;
2. датата по чл. 3, ал. 1 и 2; и 3. начинът. (3) Редът се
определя с наредба.

Чл. 5. Справки по ал. 1 не се дават.`, want)
	found(t, "a.txt", "tr", `MADDE 5 – (1) Kadrolar ekli (2) sayılı cetvelde gösterilir. (2) Kadrolar değiştirilebilir.`, `
ar|Madde 5||-
pa|Madde 5/1||Kadrolar ekli (2) sayılı cetvelde gösterilir.
pa|Madde 5/2||Kadrolar değiştirilebilir.`)
}

func TestReferenceAtTheBeginningOfALineIsNoPoint(t *testing.T) {
	found(t, "a.txt", "sl", `1. člen
Statut lahko določi, da odbore ustanovi svet v skladu s tretjim odstavkom
30. člena zakona.
Če zakon ne določa drugače, velja pravilo iz prvega odstavka tega člena in
2. točke 5. člena.`, `
ar|1. člen||-
pa|1. člen, 1. odstavek||Statut lahko določi, da odbore ustanovi svet v skladu s tretjim odstavkom 30. člena zakona.
pa|1. člen, 2. odstavek||Če zakon ne določa drugače, velja pravilo iz prvega odstavka tega člena in 2. točke 5. člena.`)
	found(t, "a.txt", "el", `Άρθρο 1
Πληροφορίες
1. Ο φορέας προσφέρει στους αποδέκτες ν. 2251/94 (Α΄
191) τις εξής πληροφορίες κατά την παροχή στο άλλο κράτος
- μέλος των υπηρεσιών της:
α) επωνυμία,
β) διεύθυνση.`, `
ar|άρθρο 1|Πληροφορίες|-
pa|άρθρο 1 παρ. 1||Ο φορέας προσφέρει στους αποδέκτες ν. 2251/94 (Α΄ 191) τις εξής πληροφορίες κατά την παροχή στο άλλο κράτος - μέλος των υπηρεσιών της:
po|άρθρο 1 παρ. 1 περ. α||επωνυμία,
po|άρθρο 1 παρ. 1 περ. β||διεύθυνση.`)
	found(t, "a.txt", "bg", `НАРЕДБА ЗА ВОДЕНЕТО НА РЕГИСТЪРА НА СИГНАЛИТЕ ПО
ЧЛ. 18 ОТ ЗАКОНА

Чл. 1. Регистърът се води (Нов - ДВ, бр. 1 от 2020 г., изм.
- ДВ, бр. 2 от 2021 г.) от кмета.`, `
ar|чл. 1||Регистърът се води (Нов - ДВ, бр. 1 от 2020 г., изм. - ДВ, бр. 2 от 2021 г.) от кмета.`)
}

func TestWindowsTextWithoutEmptyLines(t *testing.T) {
	text := `1. člen
Občine se financirajo iz lastnih virov.
Občinam, ki zaradi slabše gospodarske razvitosti ne morejo zagotoviti nalog,
zagotovi sredstva država.

2. člen
Občina je oseba javnega prava s pravico posedovati in razpolagati z vsemi
vrstami premoženja.`
	found(t, "a.txt", "sl", strings.ReplaceAll(text, "\n", "\r\n"), `
ar|1. člen||-
pa|1. člen, 1. odstavek||Občine se financirajo iz lastnih virov.
pa|1. člen, 2. odstavek||Občinam, ki zaradi slabše gospodarske razvitosti ne morejo zagotoviti nalog, zagotovi sredstva država.
ar|2. člen||Občina je oseba javnega prava s pravico posedovati in razpolagati z vsemi vrstami premoženja.`)
}

func TestNumberedTitleBeforeAnArticleIsAChapter(t *testing.T) {
	found(t, "a.txt", "sl", `III. GROBOVI

1. Zvrsti grobov

8. člen
(zvrsti)
(1) Zvrsti so:
a) enojni;
b) žarni.
(2) Doba je deset let.

2. Najem grobov

9. člen
Najemnik plača:
1. najemnino,
2. stroške

10. člen
Velja takoj.`, `
ch|III. GROBOVI|GROBOVI|-
ch|1. Zvrsti grobov|Zvrsti grobov|-
ar|8. člen|zvrsti|-
pa|8. člen, 1. odstavek||Zvrsti so:
po|8. člen, 1. odstavek, a) točka||enojni;
po|8. člen, 1. odstavek, b) točka||žarni.
pa|8. člen, 2. odstavek||Doba je deset let.
ch|2. Najem grobov|Najem grobov|-
ar|9. člen||Najemnik plača:
po|9. člen, 1. točka||najemnino,
po|9. člen, 2. točka||stroške
ar|10. člen||Velja takoj.`)
}

func TestItemsOfMarkdownListsArePointsWithTheirOwnNumbers(t *testing.T) {
	found(t, "a.md", "sl", `## 7. člen

Park obsega:

- drevesa,
- poti:
  - peš,
  - s kolesom.

8. člen
Velja:

1. prvič,

3. tretjič.

10. člen

Konec.`, `
ar|7. člen||Park obsega:
po|7. člen, 1. alineja||drevesa,
po|7. člen, 2. alineja||poti:
po|7. člen, 3. alineja||peš,
po|7. člen, 4. alineja||s kolesom.
ar|8. člen||Velja:
po|8. člen, 1. točka||prvič,
po|8. člen, 3. točka||tretjič.
ar|10. člen||Konec.`)
}

func TestTurkishTitlesWithColonsAndTails(t *testing.T) {
	found(t, "a.txt", "tr", `BİRİNCİ BÖLÜM

Amaç, Kapsam

Amaç:

MADDE 1- Yönetmeliğin amacı düzendir.

Tanımlar:

MADDE 2- Bu yönetmelikte;

1. Belediye: Belediyeyi

2. Başkan: Başkanı,

İfade eder.

MADDE 3 – (1) Müdür:

z) Denetler,

aa) Yazar,

bb) Okur,

yetkilidir.`, `
ch|BİRİNCİ BÖLÜM|Amaç, Kapsam|-
ar|Madde 1|Amaç|Yönetmeliğin amacı düzendir.
ar|Madde 2|Tanımlar|Bu yönetmelikte;
po|Madde 2-1||Belediye: Belediyeyi
po|Madde 2-2||Başkan: Başkanı,/İfade eder.
ar|Madde 3||-
pa|Madde 3/1||Müdür:
po|Madde 3/1-z||Denetler,
po|Madde 3/1-aa||Yazar,
po|Madde 3/1-bb||Okur,/yetkilidir.`)
}

func TestGreekLettersChaptersAndTransposedArticles(t *testing.T) {
	found(t, "a.txt", "el", `ΚΕΦΑΛΑΙΟ Β΄
ΕΘΝΙΚΟ ΠΛΑΙΣΙΟ ΓΙΑ ΤΗΝ ΑΣΦΑΛΕΙΑ
ΤΩΝ ΔΙΚΤΥΩΝ
ΚΑΙ ΠΛΗΡΟΦΟΡΙΩΝ

Άρθρο 6
Στρατηγική
(Άρθρο 7 της Οδηγίας)
1. Λαμβάνονται υπόψη:
ε) η έκταση,
στ) η σημασία:
Ι. της πόλης
- μεγάλης,
ΙΙ. του δήμου.
ζ) οι παράγοντες.

Άρθρο 7
Η ισχύς αρχίζει αμέσως.
Στον Υπουργό αναθέτουμε τη δημοσίευση.
Αθήνα, 30 Απριλίου 2003`, `
ch|ΚΕΦΑΛΑΙΟ Β΄|ΕΘΝΙΚΟ ΠΛΑΙΣΙΟ ΓΙΑ ΤΗΝ ΑΣΦΑΛΕΙΑ ΤΩΝ ΔΙΚΤΥΩΝ ΚΑΙ ΠΛΗΡΟΦΟΡΙΩΝ|-
ar|άρθρο 6|Στρατηγική (Άρθρο 7 της Οδηγίας)|-
pa|άρθρο 6 παρ. 1||Λαμβάνονται υπόψη:
po|άρθρο 6 παρ. 1 περ. ε||η έκταση,
po|άρθρο 6 παρ. 1 περ. στ||η σημασία:
po|άρθρο 6 παρ. 1 περ. στ περ. Ι||της πόλης
po|άρθρο 6 παρ. 1 περ. στ περ. Ι εδ. 1||μεγάλης,
po|άρθρο 6 παρ. 1 περ. στ περ. ΙΙ||του δήμου.
po|άρθρο 6 παρ. 1 περ. ζ||οι παράγοντες.
ar|άρθρο 7||Η ισχύς αρχίζει αμέσως.
no|κείμενο 1||Στον Υπουργό αναθέτουμε τη δημοσίευση.
no|κείμενο 2||Αθήνα, 30 Απριλίου 2003`)
}

// Numbered titles were read as the next paragraph of the article before them.
func TestGreekNumberedTitleAfterParagraphs(t *testing.T) {
	found(t, "a.txt", "el", `ΚΕΦΑΛΑΙΟ Α΄
ΚΟΙΝΟΧΡΗΣΤΟΙ ΧΩΡΟΙ

Άρθρο 1
Ο κανονισμός ισχύει σε όλο τον δήμο.

1. Πλατείες

Άρθρο 2
Χρήση
1. Η χρήση είναι ελεύθερη.

2. Πάρκα

Άρθρο 3
Ωράριο
1. Τα πάρκα είναι ανοικτά όλη την ημέρα.
2. Η είσοδος είναι ελεύθερη:

Άρθρο 4
Έναρξη ισχύος
1. Ο κανονισμός ισχύει αμέσως.
2. Αναρτάται στην ιστοσελίδα

Άρθρο 5
Τέλος.`, `
ch|ΚΕΦΑΛΑΙΟ Α΄|ΚΟΙΝΟΧΡΗΣΤΟΙ ΧΩΡΟΙ|-
ar|άρθρο 1||Ο κανονισμός ισχύει σε όλο τον δήμο.
ch|1. Πλατείες|Πλατείες|-
ar|άρθρο 2|Χρήση|-
pa|άρθρο 2 παρ. 1||Η χρήση είναι ελεύθερη.
ch|2. Πάρκα|Πάρκα|-
ar|άρθρο 3|Ωράριο|-
pa|άρθρο 3 παρ. 1||Τα πάρκα είναι ανοικτά όλη την ημέρα.
pa|άρθρο 3 παρ. 2||Η είσοδος είναι ελεύθερη:
ar|άρθρο 4|Έναρξη ισχύος|-
pa|άρθρο 4 παρ. 1||Ο κανονισμός ισχύει αμέσως.
pa|άρθρο 4 παρ. 2||Αναρτάται στην ιστοσελίδα
ar|άρθρο 5||Τέλος.`)
}

// The notes about amendments at the foot of the pages of a consolidated law were read as its paragraphs.
func TestTurkishFootnotesStandAfterTheirArticle(t *testing.T) {
	found(t, "a.txt", "tr", `BELEDİYE KANUNU

BİRİNCİ BÖLÜM
Amaç

Görev ve sorumluluklar (1)(2)

Madde 14- Belediye, mahallî müşterek nitelikte olmak şartıyla;
a) İmar ve su hizmetlerini yapar.
––––––––––––––––––––––
(1) 1/7/2006 tarihli ve 5538 sayılı Kanunun 29 uncu maddesiyle, bu bentte yer alan “yer” ibaresi “yerler” şeklinde değiştirilmiştir.
(2) Bu maddenin uygulanması ile ilgili olarak bakınız.

b) Okul öncesi eğitim kurumları açar.
[3] 12/11/2012 tarihli ve 6360 sayılı Kanunun 17 nci maddesiyle, bu fıkraya bir cümle eklenmiş ve metne işlenmiştir.

Yürürlükten kaldırılan yönetmelik

Madde 15- (1) 5/5/2005 tarihli ve 25806 sayılı Resmî Gazete’de yayımlanan Yönetmelik yürürlükten kaldırılmıştır.

(2) 3/7/2005 tarihli ve 5393 sayılı Kanun hükümleri uygulanır.`, `
ch|BİRİNCİ BÖLÜM|Amaç|-
ar|Madde 14|Görev ve sorumluluklar (1)(2)|Belediye, mahallî müşterek nitelikte olmak şartıyla;
po|Madde 14-a||İmar ve su hizmetlerini yapar.
po|Madde 14-b||Okul öncesi eğitim kurumları açar.
no|metin 1||(1) 1/7/2006 tarihli ve 5538 sayılı Kanunun 29 uncu maddesiyle, bu bentte yer alan “yer” ibaresi “yerler” şeklinde değiştirilmiştir.
no|metin 2||(2) Bu maddenin uygulanması ile ilgili olarak bakınız.
no|metin 3||[3] 12/11/2012 tarihli ve 6360 sayılı Kanunun 17 nci maddesiyle, bu fıkraya bir cümle eklenmiş ve metne işlenmiştir.
ar|Madde 15|Yürürlükten kaldırılan yönetmelik|-
pa|Madde 15/1||5/5/2005 tarihli ve 25806 sayılı Resmî Gazete’de yayımlanan Yönetmelik yürürlükten kaldırılmıştır.
pa|Madde 15/2||3/7/2005 tarihli ve 5393 sayılı Kanun hükümleri uygulanır.`)
}

func TestShortPointWrittenAnewBetweenItsNeighboursIsTheSame(t *testing.T) {
	old := parse(t, "a.txt", "bg", "Чл. 6. (1) Вписват се:\n1. лицето, което е приело сигнала;\n2. засегнатото лице, ако такава информация се съдържа в сигнала;\n3. датата на подаване.").Blocks
	for i := range old {
		old[i].Key = fmt.Sprint("b", i)
	}
	next := parse(t, "a.txt", "bg", "Чл. 6. (1) Вписват се:\n1. лицето, което е приело сигнала;\n2. засегнатото лице, ако то е посочено или може да се установи;\n3. датата на подаване.").Blocks
	for _, p := range Match(old, next) {
		if p.Change != Kept && (p.Change != Changed || p.New.Key != "b3") {
			t.Errorf("%s: %v, %v", p.Change, p.Old, p.New)
		}
	}
}
