package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

const (
	// whole is up to which size in bytes a file is sent in one request.
	whole = 8 << 20
	// partSize of larger ones; the client's own choice for a stream of
	// unknown length would be buffers of half a gigabyte.
	partSize = 16 << 20
)

// S3 keeps files in a bucket of an S3-compatible store.
type S3 struct {
	client *minio.Client
	bucket string
}

// NewS3 returns the store at an address such as
//
//	s3://key:secret@storage.example.org/bucket?region=eu-central-1
//
// The bucket must exist. The connection is protected by TLS unless tls=false is given,
// for a store on the same machine. Key and secret are percent-encoded where needed.
func NewS3(address string) (*S3, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("file store address cannot be read") // the text of err holds the secret
	}
	bucket := strings.Trim(u.Path, "/")
	if u.Scheme != "s3" || u.Host == "" || bucket == "" || strings.Contains(bucket, "/") {
		return nil, errors.New("file store address must have the form s3://key:secret@host/bucket")
	}
	secret, _ := u.User.Password()
	client, err := minio.New(u.Host, &minio.Options{
		Creds:  credentials.NewStaticV4(u.User.Username(), secret, ""),
		Secure: u.Query().Get("tls") != "false",
		Region: u.Query().Get("region"),
	})
	if err != nil {
		return nil, fmt.Errorf("open file store: %w", err)
	}
	return &S3{client: client, bucket: bucket}, nil
}

// Put stores a file; see Store.
func (s *S3) Put(ctx context.Context, key string, r io.Reader, contentType string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if contentType == "" {
		contentType = typeByEnding(key)
	}
	// TLS protects the content already; signing it in chunks as well is what many
	// compatible stores do not understand.
	opt := minio.PutObjectOptions{ContentType: contentType, PartSize: partSize, DisableContentSha256: true}
	// Small files, which nearly all are, are read first: then their length is known, and a
	// reader that fails has sent nothing.
	var head bytes.Buffer
	n, err := io.CopyN(&head, stop{ctx, r}, whole)
	switch {
	case errors.Is(err, io.EOF):
		_, err = s.client.PutObject(ctx, s.bucket, key, &head, n, opt)
	case err == nil:
		_, err = s.client.PutObject(ctx, s.bucket, key, io.MultiReader(&head, stop{ctx, r}), -1, opt)
	}
	if err != nil {
		return fmt.Errorf("store file %s: %w", key, err)
	}
	return nil
}

// Get opens a file; see Store.
func (s *S3) Get(ctx context.Context, key string) (io.ReadCloser, Info, error) {
	if err := checkKey(key); err != nil {
		return nil, Info{}, err
	}
	object, err := s.client.GetObject(ctx, s.bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, Info{}, fmt.Errorf("open file %s: %w", key, missing(err))
	}
	stat, err := object.Stat()
	if err != nil {
		return nil, Info{}, errors.Join(fmt.Errorf("open file %s: %w", key, missing(err)), object.Close())
	}
	return object, Info{Size: stat.Size, ContentType: stat.ContentType, ModTime: stat.LastModified.UTC()}, nil
}

// Delete removes a file; see Store.
func (s *S3) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	err := s.client.RemoveObject(ctx, s.bucket, key, minio.RemoveObjectOptions{})
	if err != nil && !errors.Is(missing(err), ErrNotFound) {
		return fmt.Errorf("delete file %s: %w", key, err)
	}
	return nil
}

// missing turns the answer for an unknown key into ErrNotFound. A missing bucket is
// something else: a mistake of the operator.
func missing(err error) error {
	answer := minio.ToErrorResponse(err)
	if answer.Code == minio.NoSuchKey || answer.StatusCode == http.StatusNotFound && answer.Code != minio.NoSuchBucket {
		return ErrNotFound
	}
	return err
}
