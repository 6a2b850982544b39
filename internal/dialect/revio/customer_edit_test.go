package revio

import (
	"bytes"
	"encoding/base64"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"latchkey/internal/catalogue"
	"latchkey/internal/soap"
	"latchkey/internal/telecom"
)

// leaves gives the paths of field indexes to all members of a wire struct that hold a value, those of its blocks included.
func leaves(t reflect.Type) (paths [][]int) {
	for i := range t.NumField() {
		f := t.Field(i).Type
		if f.Kind() == reflect.Pointer && strings.HasSuffix(f.Elem().Name(), "Item") {
			for _, below := range leaves(f.Elem()) {
				paths = append(paths, append([]int{i}, below...))
			}
			continue
		}
		paths = append(paths, []int{i})
	}
	return paths
}

// leafOf gives the field at the end of a path, and its name; blocks on the way are made when they are missing.
func leafOf(v reflect.Value, path []int) (reflect.Value, string) {
	var names []string
	for _, i := range path {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		names = append(names, v.Type().Field(i).Name)
		v = v.Field(i)
	}
	return v, strings.Join(names, ".")
}

// fill puts a value into a leaf that is neither null nor what an unset one would be.
func fill(t *testing.T, leaf reflect.Value) {
	t.Helper()
	switch into := leaf.Addr().Interface().(type) {
	case **int32:
		*into = pointer(int32(7))
	case **string:
		*into = pointer("x")
	case **bool:
		*into = pointer(true)
	case **decimal.Decimal:
		*into = pointer(amount("12.5"))
	case **soap.DateTime:
		*into = &soap.DateTime{Time: time.Date(2020, 2, 29, 1, 2, 3, 0, time.UTC)}
	case *[]byte:
		*into = []byte("%PDF")
	case *[]cCHTaxExemption:
		*into = []cCHTaxExemption{"City"}
	default:
		word := reflect.New(leaf.Type().Elem())
		words := word.Elem().Interface().(interface{ Members() []string }).Members()
		word.Elem().SetString(words[len(words)-1])
		leaf.Set(word)
	}
}

// TestNoMemberOfACustomerIsForgotten sets one member after the other, alone: it must change the customer, and come back.
func TestNoMemberOfACustomerIsForgotten(t *testing.T) {
	elsewhere := []string{ // looked up, told only, or read with the catalogue
		"ID", "AgentID", "AgentNumber", "Billing.Balance", "Billing.Due", "Billing.Overdue", "Billing.UnbilledUsage",
		"LastPaymentDate", "Fields", "SureTaxExemptions",
	}
	for _, path := range leaves(reflect.TypeFor[customerItem]()) {
		var item customerItem
		leaf, name := leafOf(reflect.ValueOf(&item), path)
		if slices.Contains(elsewhere, name) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			fill(t, leaf)
			var customer telecom.Customer
			customerEdit{customerItem: &item, clock: clock{time.UTC}}.apply(&customer)
			if reflect.ValueOf(customer).IsZero() {
				t.Fatal("the customer is as before")
			}
			told := newCustomerItem(telecom.CustomerView{Customer: customer, Catalogue: catalogue.Build(1, catalogue.Entries{})})
			back, _ := leafOf(reflect.ValueOf(told), path)
			if diff := cmp.Diff(leaf.Interface(), back.Interface()); diff != "" {
				t.Errorf("given (-) and told (+):\n%s", diff)
			}
		})
	}
}

func TestAnIDThatDoesNotFitIsNotAnothers(t *testing.T) {
	if number(catalogue.PackageID(1<<31-1)) != 1<<31-1 {
		t.Error("the largest id is another")
	}
	defer func() {
		if recover() == nil {
			t.Error("an id of 33 bits was written")
		}
	}()
	number(catalogue.PackageID(1<<32 + 5))
}

func TestX1AScannedProofOfOneMegabyteComesBackAsItWasSent(t *testing.T) {
	eachEngine(t, func(c *client) {
		id := c.newcomer(physical)
		scan := func(last byte) string {
			document := append(bytes.Repeat([]byte("%PDF-1.7\n\x00\xff"), 1<<20/11), last)
			return base64.StdEncoding.EncodeToString(document)
		}
		documents := "<SelfCertificationPDF>" + scan(1) + "</SelfCertificationPDF><ProofDocumentationPDF>" + scan(2) + "</ProofDocumentationPDF>"
		c.accepted("Customers_Update", "<Customer><ID>"+id+"</ID><Lifeline>"+documents+"</Lifeline></Customer>")
		told := c.customer(id)
		for _, name := range []string{"SelfCertificationPDF", "ProofDocumentationPDF"} {
			if got, want := element(told, name), element(documents, name); got != want {
				c.t.Errorf("%s has %d characters, sent were %d", name, len(got), len(want))
			}
		}
		c.unchanged("Customers_Update", "<Customer>"+told+"</Customer>")
	})
}

func TestX1TheDocumentsOfACustomerHaveALimitTogether(t *testing.T) {
	eachEngine(t, func(c *client) {
		id := c.newcomer(physical)
		scan := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("%PDF-1.7\n\x00\xff"), 2_700_000/11))
		edit := func(name string) string {
			return "<Customer><ID>" + id + "</ID><Lifeline><" + name + ">" + scan + "</" + name + "></Lifeline></Customer>"
		}
		c.accepted("Customers_Update", edit("SelfCertificationPDF"))
		if message := c.refused("S2010", "Customers_Update", edit("ProofDocumentationPDF")); !strings.Contains(message, "5 MiB together") {
			c.t.Errorf("refused with %q", message)
		}
	})
}
