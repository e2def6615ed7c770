package streets_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"glas/internal/form"
	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/modules/streets"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

const register = `settlement,street,number,lat,lng
Kamnik,,,46.2259,14.6121
Šmarca,,,46.1942,14.5963
Kamnik,Kidričeva cesta,,46.2200,14.6100
Kamnik,Kidričeva cesta,10,46.2201,14.6101
Kamnik,Kidričeva cesta,10 a,46.2202,14.6102
Kamnik,Kidričeva ulica,,46.2300,14.6200
Šmarca,Kidričeva cesta,,46.1950,14.5970
Kamnik,Ulica 1. maja,,,
Kamnik,Čopova ulica,,46.2210,14.6130
Kamnik,Trg talcev,,46.2260,14.6125
Kamnik,Cesta treh talcev,,46.2262,14.6127
Šmarca,,12,46.1943,14.5964
`

const turkish = `settlement,street,number,lat,lng
Işıklar Mah,,,38.47,27.21
Işıklar Mah,Işıklar Caddesi,,38.471,27.211
Işıklar Mah,1203. Sokak,,38.472,27.212
Işıklar Mah,1203. Sokak,5,38.4721,27.2121
Ergene Mah,120. Sokak,,38.473,27.213
Ergene Mah,Fevzi Çakmak Caddesi,,38.474,27.214
`

// bring brings a register in as the command does.
func bring(t *testing.T, w *tenanttest.World, m *streets.Module, ctx context.Context, name, data string) streets.Counts {
	t.Helper()
	rows, wrong, err := streets.ReadFile(name, []byte(data), nil, nil)
	if err != nil || len(wrong) > 0 {
		t.Fatalf("read %s: %v %v", name, err, wrong)
	}
	counts, err := m.Import(ctx, rows, false, nil)
	if err != nil {
		t.Fatal(err)
	}
	return counts
}

// speak gives a municipality other languages.
func speak(ctx context.Context, w *tenanttest.World, languages ...string) context.Context {
	t := *w.A
	t.Languages = languages
	return tenant.With(ctx, &t)
}

func find(t *testing.T, w *tenanttest.World, ctx context.Context, typed string) []streets.Place {
	t.Helper()
	var list []streets.Place
	err := w.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		list, err = streets.Find(ctx, tx, typed, 8)
		return err
	})
	if err != nil {
		t.Fatalf("%q: %v", typed, err)
	}
	return list
}

func texts(list []streets.Place) string {
	var out []string
	for _, p := range list {
		out = append(out, p.Text)
	}
	return strings.Join(out, " | ")
}

func TestFindForgives(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		m := streets.New(streets.Deps{DB: w.DB})
		ctx := w.Visitor(w.A)
		if c := bring(t, w, m, ctx, "r.csv", register); c != (streets.Counts{Settlements: 2, Streets: 8, Numbers: 3}) {
			t.Errorf("new: %+v", c)
		}
		for _, c := range []struct {
			typed, first string
			precision    streets.Precision
		}{
			{"kidriceva 10", "Kidričeva cesta 10, Kamnik", streets.Point},
			{"KIDRIČEVA C. 10", "Kidričeva cesta 10, Kamnik", streets.Point},
			{"10 kidriceva", "Kidričeva cesta 10, Kamnik", streets.Point},
			{"Kidričeva cesta 10A", "Kidričeva cesta 10 a, Kamnik", streets.Point},
			{"kidriceva 10 a kamnik", "Kidričeva cesta 10 a, Kamnik", streets.Point},
			{"kidriceva ul", "Kidričeva ulica, Kamnik", streets.OnStreet},
			{"kidriceva smarca", "Kidričeva cesta, Šmarca", streets.OnStreet},
			{"kidrceva cesta", "Kidričeva cesta, Kamnik", streets.OnStreet},
			{"kidirčeva cesta 10", "Kidričeva cesta 10, Kamnik", streets.Point},
			{"kidričeva cesta 99", "Kidričeva cesta 99, Kamnik", streets.OnStreet},
			{"cop", "Čopova ulica, Kamnik", streets.OnStreet},
			{"1. maja", "Ulica 1. maja, Kamnik", streets.InSettlement},
			{"ul 1 maja 3", "Ulica 1. maja 3, Kamnik", streets.InSettlement},
			{"smarca", "Šmarca", streets.InSettlement},
			{"šmarca 12", "Šmarca 12", streets.Point},
			{"trg tal", "Trg talcev, Kamnik", streets.OnStreet},
			{"cesta", "Cesta treh talcev, Kamnik", streets.OnStreet},
		} {
			list := find(t, w, ctx, c.typed)
			if len(list) == 0 || list[0].Text != c.first || list[0].Precision != c.precision {
				t.Errorf("%q: %s (%+v), wanted %s", c.typed, texts(list), list, c.first)
			}
		}
		for _, typed := range []string{"Кидричева", "Кидричева 10", "", "   ", "xyzxyz", "%", "'", strings.Repeat("a b ", 500), "\x00", "Neznana dolga ulica brez"} {
			if list := find(t, w, ctx, typed); len(list) > 0 {
				t.Errorf("%q found %s", typed, texts(list))
			}
		}
		if list := find(t, w, w.Visitor(w.B), "kidriceva"); len(list) > 0 {
			t.Error("another municipality finds it")
		}
		if c := bring(t, w, m, ctx, "r.csv", register); c.Settlements != 0 || c.Streets != 0 {
			t.Errorf("the same file again made %+v", c)
		}
		if list := find(t, w, ctx, "kidriceva 10"); len(list) == 0 || list[0].Precision != streets.Point {
			t.Errorf("after the same file: %+v", list)
		}
	})
}

func TestFindInTurkish(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		ctx := speak(w.Visitor(w.A), w, "tr", "en")
		bring(t, w, streets.New(streets.Deps{DB: w.DB}), ctx, "r.csv", turkish)
		for typed, first := range map[string]string{
			"ışıklar cd": "Işıklar Caddesi, Işıklar Mah", "isiklar cad": "Işıklar Caddesi, Işıklar Mah", "IŞIKLAR CADDESİ": "Işıklar Caddesi, Işıklar Mah",
			"1203 sk 5": "1203. Sokak No: 5, Işıklar Mah", "1203. Sokak No:5": "1203. Sokak No: 5, Işıklar Mah", "1203": "1203. Sokak, Işıklar Mah",
			"120 sokak": "120. Sokak, Ergene Mah", "fevzi çakmak": "Fevzi Çakmak Caddesi, Ergene Mah", "cakmak cd no 38": "Fevzi Çakmak Caddesi No: 38, Ergene Mah",
			"ergene mh": "Ergene Mah", "ışıklar mah": "Işıklar Mah",
		} {
			if list := find(t, w, ctx, typed); len(list) == 0 || list[0].Text != first {
				t.Errorf("%q: %s, wanted %s", typed, texts(list), first)
			}
		}
	})
}

func TestFindInGreekAndBulgarian(t *testing.T) {
	w := tenanttest.New(t)
	m := streets.New(streets.Deps{DB: w.DB})
	greek := w.Visitor(w.B)
	bring(t, w, m, greek, "r.csv", "settlement;street;lat;lng\nΝέα Σμύρνη;Οδός Ελευθερίου Βενιζέλου;37,94;23,71\nΝέα Σμύρνη;Πλατεία Καρύλλου;37,95;23,72\n")
	bulgarian := speak(w.Visitor(w.A), w, "bg")
	bring(t, w, m, bulgarian, "r.csv", "settlement,street,lat,lng\nЛевски,бул. България,43.36,25.14\nЛевски,ул. Христо Ботев,43.361,25.141\nс. Асеновци,,43.34,25.11\n")
	for typed, first := range map[string]string{"venizelou": "Οδός Ελευθερίου Βενιζέλου, Νέα Σμύρνη", "odos eleftheriou venizelou 5": "Οδός Ελευθερίου Βενιζέλου 5, Νέα Σμύρνη", "plateia karillou": "Πλατεία Καρύλλου, Νέα Σμύρνη", "βενιζελου": "Οδός Ελευθερίου Βενιζέλου, Νέα Σμύρνη", "οδ. Ελ. Βενιζέλου": "Οδός Ελευθερίου Βενιζέλου, Νέα Σμύρνη", "πλ καρυλλου": "Πλατεία Καρύλλου, Νέα Σμύρνη"} {
		if list := find(t, w, greek, typed); len(list) == 0 || list[0].Text != first {
			t.Errorf("%q: %s", typed, texts(list))
		}
	}
	for typed, first := range map[string]string{"hristo botev": "ул. Христо Ботев, Левски", "ul botev 7": "ул. Христо Ботев 7, Левски", "bul. bulgaria": "бул. България, Левски", "asenovci": "с. Асеновци", "булевард българия 58": "бул. България 58, Левски", "ботев": "ул. Христо Ботев, Левски", "асеновци": "с. Асеновци", "село асеновци": "с. Асеновци"} {
		if list := find(t, w, bulgarian, typed); len(list) == 0 || list[0].Text != first {
			t.Errorf("%q: %s", typed, texts(list))
		}
	}
}

func TestRowsThatAreWrong(t *testing.T) {
	rows, wrong, err := streets.ReadFile("r.csv", []byte("settlement,street,number,lat,lng\nA,B,1,,\n,,,46,15\nA,B,,146136,508611\nA,B,,46,15\n!!,,,,\n"), nil, nil)
	if err != nil || len(rows) != 1 || len(wrong) != 4 {
		t.Fatalf("%d rows, %v, %v", len(rows), wrong, err)
	}
	if got := wrong[0].Error(); !strings.HasPrefix(got, "line 2: ") {
		t.Error(got)
	}
	rows, _, err = streets.ReadFile("n.csv", []byte("district,mahalle\nX,Bir\nY,İki\n"), nil, map[string]string{"district": "Y"})
	if err != nil || len(rows) != 1 || rows[0].Settlement != "İki" {
		t.Errorf("%v %v", rows, err)
	}
	rows, _, err = streets.ReadFile("s.csv", []byte("ekatte,name_xx\n1,Градище\n"), map[string]string{"settlement": "name_xx"}, nil)
	if err != nil || len(rows) != 1 || rows[0].Settlement != "Градище" {
		t.Errorf("%v %v", rows, err)
	}
}

// shapes has a boundary with a hole, a settlement, and a street in two pieces.
const shapes = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"name":"Zgornja vas"},"geometry":{"type":"Polygon","coordinates":[[[14.60,46.20],[14.62,46.20],[14.62,46.22],[14.60,46.22],[14.60,46.20]]]}},
{"type":"Feature","properties":{"name":"Dolga pot","settlement":"Zgornja vas"},"geometry":{"type":"LineString","coordinates":[[14.601,46.201],[14.605,46.205]]}},
{"type":"Feature","properties":{"name":"Dolga pot","settlement":"Zgornja vas"},"geometry":{"type":"LineString","coordinates":[[14.605,46.205],[14.615,46.215]]}}]}`

const boundary = `{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[14.5,46.1],[14.7,46.1],[14.7,46.3],[14.5,46.3],[14.5,46.1]],[[14.55,46.15],[14.56,46.15],[14.56,46.16],[14.55,46.16],[14.55,46.15]]]}}`

func TestBoundaryAndBaseMap(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		var outline int
		m := streets.New(streets.Deps{DB: w.DB, Outline: func(_ context.Context, ring [][2]float64, lat, lng float64) error {
			outline = len(ring)
			return nil
		}})
		ctx := w.Visitor(w.A)
		inside := func(lat, lng float64) (in bool) {
			if err := w.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
				in, err = streets.Inside(ctx, tx, lat, lng)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return in
		}
		if !inside(0, 0) {
			t.Error("without a boundary everything is inside")
		}
		area, err := streets.ReadArea([]byte(boundary), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.KeepBoundary(ctx, area); err != nil || outline != 5 {
			t.Fatal(err, outline)
		}
		if !inside(46.2, 14.6) || inside(46.155, 14.555) || inside(46.2, 14.8) {
			t.Error("inside, in the hole, outside")
		}
		if _, err := streets.ReadArea([]byte(`{"type":"Point","coordinates":[1,2]}`), nil); err == nil {
			t.Error("a point is no boundary")
		}
		bring(t, w, m, ctx, "s.geojson", shapes)
		site := w.Serve(tenanttest.People(nil), m)
		var base struct {
			Features []struct {
				Properties map[string]string
				Geometry   struct{ Type string }
			}
			More bool
		}
		res := site.As("").Get("/map/base.geojson?zoom=18")
		if err := json.Unmarshal([]byte(res.Body), &base); err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, f := range base.Features {
			kinds = append(kinds, f.Properties["kind"]+" "+f.Properties["name"]+" "+f.Geometry.Type)
		}
		if got := strings.Join(kinds, ","); got != "boundary  MultiPolygon,area Zgornja vas MultiPolygon,settlement Zgornja vas Point,street Dolga pot MultiLineString" || base.More {
			t.Error(got)
		}
		if res := site.As("").Get("/map/base.geojson?zoom=18&bbox=14.0,46.0,14.1,46.1"); strings.Contains(res.Body, "Dolga pot") {
			t.Error("a street far away is drawn")
		}
		if list := find(t, w, ctx, "dolga"); len(list) != 1 || geo.Distance(list[0].Lat, list[0].Lng, 46.208, 14.608) > 300 {
			t.Errorf("%+v", list)
		}
	})
}

func TestPlacesPagesAndPicker(t *testing.T) {
	w := tenanttest.New(t)
	m := streets.New(streets.Deps{DB: w.DB})
	ctx := w.Visitor(w.A)
	bring(t, w, m, ctx, "r.csv", register)
	area, err := streets.ReadArea([]byte(boundary), nil)
	if err == nil {
		err = m.KeepBoundary(ctx, area)
	}
	if err != nil {
		t.Fatal(err)
	}
	visitor := w.Serve(tenanttest.People(nil), m).As("")
	if body := visitor.Get("/places?q=kidriceva+10").Body; !strings.Contains(body, "Kidričeva cesta 10, Kamnik") || !strings.Contains(body, "<!doctype html>") {
		t.Error("the page of the search does not find it")
	}
	part := visitor.Get("/places?q=kidriceva+10", "HX-Request", "true").Body
	if !strings.Contains(part, `data-set-lat="46.220100"`) || strings.Contains(part, "<html") {
		t.Error(part)
	}
	if body := visitor.Get("/api/v1/places?q=copova").Body; !strings.Contains(body, `"precision":"street"`) {
		t.Error(body)
	}
	if body := visitor.Get("/api/v1/places/at?lat=46.2202&lng=14.6102").Body; !strings.Contains(body, `"inside":true`) || !strings.Contains(body, "Kidričeva cesta 10 a, Kamnik") {
		t.Error(body)
	}
	if res := visitor.Get("/places/at?lat=x&lng=1"); res.Status != 422 {
		t.Error(res.Status)
	}
	pick := func(fields map[string]string) (d streets.PickerData, page string) {
		f := form.New(nil, nil)
		for k, v := range fields {
			f.Set(k, v)
		}
		err := w.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
			if d, err = streets.Pick(ctx, tx, f); err != nil {
				return err
			}
			var b strings.Builder
			err = streets.Picker(d).Render(ctx, &b)
			page = b.String()
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return d, page
	}
	d, page := pick(map[string]string{"place": "kidriceva 10", streets.FieldAsk: "1"})
	if !d.Asked || len(d.Found) == 0 || !strings.Contains(page, `type="radio"`) || !strings.Contains(page, `value="46.220100,14.610100,point,`) {
		t.Errorf("asked: %+v %s", d.Found, page)
	}
	d, _ = pick(map[string]string{"place_at": "46.2201,14.6101,point,s1,t1;Kidričeva cesta 10, Kamnik"})
	if c := d.Choice; !c.Located() || *c.Lat != 46.2201 || c.Text != "Kidričeva cesta 10, Kamnik" || c.Precision != streets.Point || c.StreetID != "s1" {
		t.Errorf("chosen: %+v", c)
	}
	d, page = pick(map[string]string{"lat": "46.5", "lng": "14.6"})
	if !d.Outside || !strings.Contains(page, i18n.T(ctx, "streets.pick.outside")) {
		t.Error("outside is not said")
	}
	var smarca string
	for _, p := range find(t, w, ctx, "smarca") {
		if p.StreetID == "" {
			smarca = p.SettlementID
		}
	}
	d, _ = pick(map[string]string{"place_settlement": smarca})
	if c := d.Choice; c.Text != "Šmarca" || !c.Located() || c.Precision != streets.InSettlement || c.SettlementID != smarca {
		t.Errorf("settlement: %+v", c)
	}
	if d, _ = pick(map[string]string{"lat": "99", "lng": "x"}); d.Choice.Located() || d.Form.Error("map").IsZero() {
		t.Error("a point that is none was taken")
	}
}

func TestUploadPage(t *testing.T) {
	w := tenanttest.New(t)
	var recorded []string
	m, work := importing(t, w)
	staff := w.Serve(tenanttest.People(map[string]context.Context{"editor": w.Staff(w.A, "eva", "Eva", "editor")}), m)
	if res := staff.As("").Get("/admin/streets"); res.Status == 200 {
		t.Error("visitors get there")
	}
	editor := staff.As("editor")
	send := func(what, do, name, data string) string {
		res := editor.Upload("/admin/streets", map[string][]string{"what": {what}, "do": {do}}, map[string][2]string{"file": {name, data}})
		recorded = append(recorded, fmt.Sprint(res.Status))
		if res.Status != 303 {
			return res.Body
		}
		page := res.Location
		if what == "register" {
			if body := editor.Get(page).Body; !strings.Contains(body, "<progress") || !strings.Contains(body, `hx-trigger="every 2s"`) {
				t.Errorf("nobody sees how far it is: %.3000s", body)
			}
			if err := work(page, 1); err != nil {
				t.Fatal(err)
			}
		}
		return editor.Get(page).Body + editor.Get("/admin/streets?q=kidriceva+10").Body
	}
	if body := send("register", "check", "r.csv", register); !strings.Contains(body, "12") || strings.Contains(body, "Kidričeva cesta 10, Kamnik") {
		t.Error("a check said nothing, or changed something")
	}
	if body := send("register", "import", "r.csv", "street,number\nA,1\n"); !strings.Contains(body, "line 2") {
		t.Error("a wrong row is not named")
	}
	if body := send("register", "import", "r.csv", register); !strings.Contains(body, "Kidričeva cesta 10, Kamnik") {
		t.Error("nothing came in")
	}
	if body := send("boundary", "import", "b.geojson", `{"type":"Point","coordinates":[508611,136146]}`); !strings.Contains(body, "WGS 84") {
		t.Error("a national grid is not explained")
	}
	send("boundary", "import", "b.geojson", boundary)
	if got := strings.Join(recorded, " "); got != "303 303 303 422 303" {
		t.Error(got)
	}
	if !strings.Contains(editor.Get("/admin/streets").Body, "data-base-url") {
		t.Error("no map")
	}
}
