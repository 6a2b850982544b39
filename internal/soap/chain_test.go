package soap

import "testing"

type (
	chainBase   struct{ Number int32 }
	chainMiddle struct {
		chainBase
		Option *string `soap:"Option,nillable"`
	}
	chainFirst struct {
		chainMiddle
		Words []int32 `soap:"Words,list=Word,type=ArrayOfInt9"`
	}
	// chainSecond adds nothing to what it extends.
	chainSecond struct{ chainMiddle }
	chainEcho   struct {
		Kind struct {
			First  *chainFirst
			Second *chainSecond
		} `soap:"Kind,choice"`
	}
)

func TestATypeMayExtendOneThatExtendsAnother(t *testing.T) {
	s, err := NewService(Options{Name: "X", Namespace: ringSpace}, Open("Op", "", func(_ *Call, r *chainEcho) (*chainEcho, error) {
		return r, nil
	}).With(FlatResponse()))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("each is described by what it adds", func(t *testing.T) {
		got := map[string]string{}
		for _, known := range s.Types() {
			got[known.Name] = sketch(known)
		}
		same(t, got, map[string]string{
			"ChainBase":   "ChainBase abstract; Number int 1",
			"ChainMiddle": "ChainMiddle abstract extends ChainBase; Option string 1 nil",
			"ChainFirst":  "ChainFirst extends ChainMiddle; Words ArrayOfInt9 0",
			"ChainSecond": "ChainSecond extends ChainMiddle",
			"ArrayOfInt9": "ArrayOfInt9; Word int 0-n",
		})
	})
	g := &ring{Service: s}
	for what, content := range map[string]string{
		"the base's members come first": "<First><Number>1</Number><Option>a</Option><Words><Word>2</Word></Words></First>",
		"one that adds nothing":         `<Second><Number>1</Number><Option xsi:nil="true" /></Second>`,
	} {
		t.Run(what, func(t *testing.T) {
			body := `<Op xmlns="` + ringSpace + `" xmlns:xsi="` + spaceXSI + `">` + content + `</Op>`
			same(t, g.post(t, envelope11(body), act("Op")...), wire{200, xmlType, answer11("Op", content)})
		})
	}
}
