// Package config is the one place that reads the environment. Every setting has a default with which the program starts on a fresh
// machine; secrets come from the environment or from a file, never from the command line.
package config

import (
	_ "embed" // the role model and policy
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Model is the Casbin model of roles.
//
//go:embed model.conf
var Model string

// Policy is the role policy that all municipalities share.
//
//go:embed policy.csv
var Policy string

// Config is everything that can be set from outside.
type Config struct {
	// Listen is the address that pages are served at.
	Listen string `env:"LISTEN" envDefault:":8080"`
	// MetricsListen is the address of metrics and health for machines; empty switches it off.
	MetricsListen string `env:"METRICS_LISTEN"`
	// DatabaseURL is "postgres://..." or "sqlite:PATH"; empty means glas.db in DataDir.
	DatabaseURL string `env:"DATABASE_URL"`
	// RedisURL joins several instances; empty means that this is the only one.
	RedisURL string `env:"REDIS_URL"`
	// DataDir holds the embedded database, the files and the key of an instance that has no other store.
	DataDir string `env:"DATA_DIR" envDefault:"glas-data"`
	// S3URL stores files in a bucket: "s3://key:secret@host/bucket"; empty means a folder in DataDir.
	S3URL string `env:"S3_URL"`
	// SMTPURL sends mail: "smtp://user:password@host:port?from=address"; without it mail is kept and can be read by the operator.
	SMTPURL string `env:"SMTP_URL"`
	// SecretFile holds at least 32 bytes from which keys are derived; empty means DataDir/secret, made at the first start.
	SecretFile string `env:"SECRET_FILE"`
	// BaseDomain is the host under which each municipality has an address, and at which the operator's front page is.
	BaseDomain string `env:"BASE_DOMAIN" envDefault:"localhost"`
	// PublicScheme is "https" behind a proxy that ends TLS; it is used in mails and feeds.
	PublicScheme string `env:"PUBLIC_SCHEME" envDefault:"http"`
	// PublicPort is written into addresses in mails and feeds when it is not the usual one of the scheme; empty takes the one of Listen.
	PublicPort string `env:"PUBLIC_PORT"`
	// TrustedProxies are the addresses or networks whose X-Forwarded headers are believed.
	TrustedProxies []string `env:"TRUSTED_PROXIES" envSeparator:","`
	// Demo seeds the demo municipalities into an empty database.
	Demo bool `env:"DEMO" envDefault:"true"`
	// LogLevel is debug, info, warn or error; LogFormat text or json.
	LogLevel  string `env:"LOG_LEVEL" envDefault:"info"`
	LogFormat string `env:"LOG_FORMAT" envDefault:"text"`
	// ShutdownTimeout is how long requests and jobs may take to finish at the end.
	ShutdownTimeout time.Duration `env:"SHUTDOWN_TIMEOUT" envDefault:"15s"`
	// Mailbox says at which addresses municipalities take reports by e-mail, as TOML: a table for each short name with address, and imap
	// ("imaps://user:password@host/folder") or secret (of signed calls to /hooks/inbound/email), or both. It holds passwords, so that
	// MAILBOX_FILE is the better place.
	Mailbox string `env:"MAILBOX"`
	// PrivateEndpoints lets cases be handed to Open311 systems that lie in private networks or speak without encryption.
	PrivateEndpoints bool `env:"PRIVATE_ENDPOINTS"`
	// RequestTime is the longest that a request may work.
	RequestTime time.Duration `env:"REQUEST_TIME" envDefault:"20s"`
	// BodyLimit is the size of the largest request with files in bytes; others end much earlier.
	BodyLimit int `env:"BODY_LIMIT" envDefault:"67108864"`
}

// Load reads the settings from environ ("GLAS_NAME=value" lines, as of os.Environ). A value NAME_FILE that names a file stands for
// the content of the file. An unknown GLAS_ name is an error, so that a typo does not pass for a setting.
func Load(environ []string) (Config, error) {
	vars, err := collect(environ)
	if err != nil {
		return Config{}, err
	}
	var c Config
	if err := env.ParseWithOptions(&c, env.Options{Prefix: prefix, Environment: vars}); err != nil {
		return Config{}, fmt.Errorf("read settings: %w", err)
	}
	known, err := env.GetFieldParamsWithOptions(&c, env.Options{Prefix: prefix, Environment: vars})
	if err != nil {
		return Config{}, fmt.Errorf("read settings: %w", err)
	}
	for name := range vars {
		found := strings.HasPrefix(name, prefix+"TEST_")
		for _, k := range known {
			found = found || k.Key == name
		}
		if !found {
			return Config{}, fmt.Errorf("read settings: %s is not a setting", name)
		}
	}
	if c.DatabaseURL == "" {
		c.DatabaseURL = "sqlite:" + filepath.Join(c.DataDir, "glas.db")
	}
	if c.SecretFile == "" {
		c.SecretFile = filepath.Join(c.DataDir, "secret")
	}
	if c.PublicScheme != "http" && c.PublicScheme != "https" {
		return Config{}, fmt.Errorf("read settings: %sPUBLIC_SCHEME is http or https, not %q", prefix, c.PublicScheme)
	}
	for _, proxy := range c.TrustedProxies {
		_, wrong := netip.ParsePrefix(proxy)
		if _, err := netip.ParseAddr(proxy); err != nil && wrong != nil {
			return Config{}, fmt.Errorf("read settings: %sTRUSTED_PROXIES: %q is neither an address nor a network such as 10.0.0.0/8", prefix, proxy)
		}
	}
	return c, nil
}

const prefix = "GLAS_"

func collect(environ []string) (map[string]string, error) {
	vars := map[string]string{}
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if !strings.HasPrefix(name, prefix) {
			continue
		}
		base, isFile := strings.CutSuffix(name, "_FILE")
		if isFile && name != prefix+"SECRET_FILE" {
			content, err := os.ReadFile(value)
			if err != nil {
				return nil, fmt.Errorf("read settings: %s: %w", name, err)
			}
			name, value = base, strings.TrimSpace(string(content))
		}
		vars[name] = value
	}
	return vars, nil
}

// Base is how the address of a host begins in mails and feeds.
func (c Config) Base(host string) string {
	port := c.PublicPort
	if port == "" && c.PublicScheme == "http" {
		port = c.Listen[strings.LastIndex(c.Listen, ":")+1:]
	}
	if port == "" || port == "80" && c.PublicScheme == "http" || port == "443" && c.PublicScheme == "https" {
		return c.PublicScheme + "://" + host
	}
	return c.PublicScheme + "://" + host + ":" + port
}
