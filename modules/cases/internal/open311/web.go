package open311

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/georeport"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/modules/cases/internal/listed"
	"glas/tenant"
)

const (
	root    = "/open311"
	version = root + "/v2"
)

// Routes are the addresses of the interface and its staff page. Each format is an address of its own.
func (s *Server) Routes() []web.Route {
	reading := web.Limit{Name: "open311", N: 600, Per: 10 * time.Minute}
	sending := web.Limit{Name: "open311-send", N: 300, Per: 10 * time.Minute}
	var out []web.Route
	get := func(path string, h call) {
		for _, f := range []georeport.Format{georeport.XML, georeport.JSON} {
			out = append(out, web.Route{Method: "GET", Path: path + "." + string(f), Handle: s.handle(f, h), Limit: reading})
		}
	}
	post := func(path string, h call) {
		for _, f := range []georeport.Format{georeport.XML, georeport.JSON} {
			out = append(out, web.Route{Method: "POST", Path: path + "." + string(f), Handle: s.handle(f, h), Limit: sending, FromOutside: true, Files: true})
		}
	}
	get(root+"/discovery", s.getDiscovery)
	get(version+"/discovery", s.getDiscovery)
	get(version+"/services", s.getServices)
	get(version+"/requests", s.getRequests)
	get(version+"/servicerequestupdates", s.getUpdates)
	post(version+"/requests", s.postRequest)
	post(version+"/servicerequestupdates", s.postUpdate)
	for path, h := range map[string]call{"/services/:file": s.getDefinition, "/requests/:file": s.getRequest, "/tokens/:file": s.getToken} {
		out = append(out, web.Route{Method: "GET", Path: version + path, Handle: s.handleFile(h), Limit: reading})
	}
	return append(out, s.adminRoutes()...)
}

// call answers one call; name is the last part of the address without its format.
type call func(c *fiber.Ctx, name string) (answer, error)

func (s *Server) handle(f georeport.Format, h call) fiber.Handler {
	return func(c *fiber.Ctx) error { return s.answer(c, f, "", h) }
}

func (s *Server) handleFile(h call) fiber.Handler {
	return func(c *fiber.Ctx) error {
		name, err := url.PathUnescape(c.Params("file"))
		i := strings.LastIndexByte(name, '.')
		if err != nil || i < 0 {
			return fiber.ErrNotFound
		}
		f := georeport.Format(name[i+1:])
		if f != georeport.XML && f != georeport.JSON {
			return fiber.ErrNotFound
		}
		return s.answer(c, f, strings.Clone(name[:i]), h)
	}
}

func (s *Server) answer(c *fiber.Ctx, f georeport.Format, name string, h call) error {
	a, err := refuse(404, "jurisdiction_id is not known"), error(nil)
	v, err := s.values(c)
	if err != nil {
		return err
	}
	if known(tenant.From(c.UserContext()), web.SiteOf(c).Host, v.Get("jurisdiction_id")) {
		if a, err = h(c, name); err != nil {
			return err
		}
	}
	body := a.body
	if len(a.wrong) > 0 {
		c.Status(a.wrong[0].Code)
		body = a.wrong
	}
	b, err := georeport.Write(f, body)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, f.Type())
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	return c.Send(b)
}

// values are the parameters of a call, of its address and of its form.
func (s *Server) values(c *fiber.Ctx) (url.Values, error) {
	v, err := url.ParseQuery(web.Query(c).Encode())
	if err != nil || c.Method() != fiber.MethodPost {
		return v, err
	}
	f, err := web.Form(c)
	if err != nil {
		return nil, err
	}
	sent, err := url.ParseQuery(f.Encode())
	for name, list := range sent {
		v[name] = list
	}
	return v, err
}

func (s *Server) names(c *fiber.Ctx) (n *listed.Names, err error) {
	err = s.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		n, err = s.Names.Of(ctx, tx)
		return err
	})
	return n, err
}

func (s *Server) getDiscovery(c *fiber.Ctx, _ string) (answer, error) {
	site, t := web.SiteOf(c), tenant.From(c.UserContext())
	ctx := c.UserContext()
	at := changeset(t)
	name := site.Name.In(ctx)
	contact := strings.Join(slices.DeleteFunc([]string{name, site.Contact.Email, site.Contact.Phone}, func(s string) bool { return s == "" }), ", ")
	return answer{body: georeport.Discovery{Changeset: at, Contact: contact, KeyService: i18n.T(ctx, "open311.key_service", "Contact", contact), Endpoints: []georeport.Endpoint{
		{Specification: georeport.Specification, URL: site.Base + version, Changeset: at, Type: "production", Formats: []string{"text/xml", "application/json"}}}}}, nil
}

func (s *Server) getServices(c *fiber.Ctx, _ string) (answer, error) {
	n, err := s.names(c)
	if err != nil {
		return answer{}, err
	}
	return answer{body: services(c.UserContext(), n, batched(n))}, nil
}

func (s *Server) getDefinition(c *fiber.Ctx, code string) (answer, error) {
	n, err := s.names(c)
	if err != nil {
		return answer{}, err
	}
	t := topicOf(n, code)
	if t == nil {
		return refuse(404, noService), nil
	}
	return answer{body: definition(c.UserContext(), t)}, nil
}

func (s *Server) getRequests(c *fiber.Ctx, _ string) (answer, error) {
	v, err := s.values(c)
	if err != nil {
		return answer{}, err
	}
	q, wrong := georeport.ReadQuery(v, s.Clock.Now())
	if len(wrong) > 0 {
		return answer{wrong: wrong}, nil
	}
	return s.requests(c.UserContext(), web.SiteOf(c).Base, q, false)
}

func (s *Server) getRequest(c *fiber.Ctx, number string) (answer, error) {
	q := georeport.Query{IDs: []string{number}, Page: 1, Size: 1, Extensions: web.Query(c).Value("extensions") == "true"}
	return s.requests(c.UserContext(), web.SiteOf(c).Base, q, true)
}

func (s *Server) getToken(c *fiber.Ctx, token string) (answer, error) {
	return s.token(c.UserContext(), token)
}

func (s *Server) postRequest(c *fiber.Ctx, _ string) (answer, error) {
	v, err := s.values(c)
	if err != nil {
		return answer{}, err
	}
	f, err := web.Form(c)
	if err != nil {
		return answer{}, err
	}
	who := caller{key: v.Get("api_key")}
	p, refused, err := s.media(c.UserContext(), &who, f)
	if err != nil || len(refused) > 0 {
		return answer{wrong: refused}, err
	}
	post, wrong := georeport.ReadPost(v)
	p.Post = post
	return s.post(c.UserContext(), who, p, wrong)
}

func (s *Server) getUpdates(c *fiber.Ctx, _ string) (answer, error) {
	v, err := s.values(c)
	if err != nil {
		return answer{}, err
	}
	q, wrong := georeport.ReadQuery(v, s.Clock.Now())
	if len(wrong) > 0 {
		return answer{wrong: wrong}, nil
	}
	return s.updates(c.UserContext(), q)
}

func (s *Server) postUpdate(c *fiber.Ctx, _ string) (answer, error) {
	v, err := s.values(c)
	if err != nil {
		return answer{}, err
	}
	u, wrong := georeport.ReadUpdate(v)
	return s.update(c.UserContext(), v.Get("api_key"), u, wrong)
}
