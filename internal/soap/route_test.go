package soap

import "testing"

func TestContentTypesAreReadAsTheyAreWritten(t *testing.T) {
	for header, want := range map[string]media{
		"":                                    {},
		"text/xml":                            {kind: mediaText},
		"text/xml; charset=utf-8":             {kind: mediaText, charset: "utf-8"},
		"Text/XML;CHARSET=UTF-8":              {kind: mediaText, charset: "UTF-8"},
		` text/xml ; charset = "utf-8" ; x`:   {kind: mediaText, charset: "utf-8"},
		"application/soap+xml; charset=utf-8": {kind: mediaApplication, charset: "utf-8"},
		`application/soap+xml; action="a;b"; charset=c`: {kind: mediaApplication, charset: "c", action: "a;b"},
		`application/soap+xml;charset=c;action=a`:       {kind: mediaApplication, charset: "c", action: "a"},
		`application/soap+xml; action="open; charset=c`: {kind: mediaApplication, charset: "c", action: `"open`},
		"application/soap+xml;;; =;":                    {kind: mediaApplication},
		"application/soap":                              {},
		"multipart/related; type=\"text/xml\"":          {},
	} {
		t.Run(header, func(t *testing.T) { same(t, parseMedia(header), want) })
	}
}

func TestPathInfoIsWhatFollowsTheExtension(t *testing.T) {
	for path, want := range map[string]string{
		"/v20/default.asmx": "none", "/v20/Default.ASMX/Sessions_Create": "Sessions_Create", "/a.asmx/": "", "/": "none",
		"/a.asmx/b/c": "b/c", "/x.asmxy/z": "none",
	} {
		t.Run(path, func(t *testing.T) {
			got, has := pathInfo(path)
			if !has {
				got = "none"
			}
			same(t, got, want)
		})
	}
}
