package catalogue_test

import (
	"testing"

	"latchkey/internal/access"
	"latchkey/internal/access/accesstest"
	"latchkey/internal/catalogue"
	"latchkey/internal/problem"
)

// reader answers for alice of ACME, whose catalogue is sold.
func (w *world) reader(mostRows int) (*catalogue.Reader, access.Principal) {
	w.T.Helper()
	w.mustLoad(catalogue.Import{Entries: sold(), Zips: []string{"30301", "30302"}})
	return catalogue.NewReader(w.store, catalogue.NewLibrary(10), mostRows), w.who(access.BuiltInRoles()[0])
}

// who is somebody of ACME with a role.
func (w *world) who(role access.Role) access.Principal {
	standing := &access.Standing{Account: access.Account{TenantID: w.acme}, Tenant: w.Acme, Role: role}
	return access.Caller{Dialect: access.Revio, Peer: accesstest.Here.Peer, Subject: standing, Actor: standing}.Principal()
}

// ids are the ids of what was found.
func ids[E any, ID ~int64](entries []E, id func(E) ID) []int64 {
	var all []int64
	for _, e := range entries {
		all = append(all, int64(id(e)))
	}
	return all
}

func TestPackagesAreFound(t *testing.T) {
	eachEngine(t, func(w *world) {
		r, who := w.reader(100)
		for _, test := range []struct {
			name string
			q    catalogue.PackageQuery
			want []int64
		}{
			{"all that are sold", catalogue.PackageQuery{}, []int64{70, 71}},
			{"by id", catalogue.PackageQuery{Package: 71}, []int64{71}},
			{"a closed one by id", catalogue.PackageQuery{Package: 72}, []int64{72}},
			{"of a provider", catalogue.PackageQuery{Provider: 3}, []int64{71}},
			{"of a provider by its code", catalogue.PackageQuery{ProviderCode: "MOBILE"}, []int64{70}},
			{"of a provider that is closed", catalogue.PackageQuery{Provider: 1}, nil},
			{"with a bill profile", catalogue.PackageQuery{BillProfile: 1}, []int64{70}},
			{"with a bill profile that one names", catalogue.PackageQuery{BillProfile: 2}, []int64{70, 71}},
			{"in a state", catalogue.PackageQuery{State: "fl"}, []int64{70, 71}},
			{"in another state", catalogue.PackageQuery{State: "GA"}, []int64{70}},
			{"at a location", catalogue.PackageQuery{Location: "SIGNUP"}, []int64{70}},
			{"of a category", catalogue.PackageQuery{Category: 7}, []int64{70}},
			{"for a class", catalogue.PackageQuery{Class: "Residential"}, []int64{70}},
			{"for a class that one names", catalogue.PackageQuery{Class: "Business"}, []int64{70, 71}},
			{"for an inventory type", catalogue.PackageQuery{InventoryType: 51}, []int64{70}},
			{"for an inventory type of one of its products", catalogue.PackageQuery{InventoryType: 52}, []int64{70}},
			{"for an inventory type of no package", catalogue.PackageQuery{InventoryType: 53}, nil},
			{"at a ZIP code", catalogue.PackageQuery{Zip: "30302"}, []int64{70}},
			{"at a ZIP code that one names", catalogue.PackageQuery{Zip: "30301"}, []int64{70, 71}},
			{"by id, and not for the class", catalogue.PackageQuery{Package: 71, Class: "Residential"}, nil},
		} {
			w.Run(test.name, func() {
				found, c, err := r.Packages(w.Ctx, who, test.q)
				w.Must(err)
				same(w.T, test.want, ids(found, func(p catalogue.Package) catalogue.PackageID { return p.ID }))
				if c.Revision() != 1 {
					w.T.Errorf("told with revision %d", c.Revision())
				}
			})
		}
		for _, test := range []struct {
			name string
			q    catalogue.PackageQuery
			want problem.Code
		}{
			{"an unknown package", catalogue.PackageQuery{Package: 9}, problem.NoSuchPackage},
			{"an unknown provider", catalogue.PackageQuery{Provider: 9}, problem.NoSuchProvider},
			{"a provider's code that none has", catalogue.PackageQuery{ProviderCode: "FIBER"}, problem.NoSuchProvider},
			{"a provider by id and code", catalogue.PackageQuery{Provider: 2, ProviderCode: "MOBILE"}, problem.InvalidInput},
			{"an unknown bill profile", catalogue.PackageQuery{BillProfile: 9}, problem.NoSuchBillProfile},
			{"a state that is none", catalogue.PackageQuery{State: "Georgia"}, problem.InvalidInput},
			{"a ZIP code that is none", catalogue.PackageQuery{Zip: "3030"}, problem.UnknownZip},
			{"a ZIP code that the table lacks", catalogue.PackageQuery{Zip: "99999"}, problem.UnknownZip},
		} {
			w.Run(test.name+" is refused", func() {
				_, _, err := r.Packages(w.Ctx, who, test.q)
				wants(w.T, err, test.want)
			})
		}
	})
}

func TestProductsAreFound(t *testing.T) {
	eachEngine(t, func(w *world) {
		r, who := w.reader(100)
		for _, test := range []struct {
			name string
			q    catalogue.ProductQuery
			want []int64
		}{
			{"all that are sold", catalogue.ProductQuery{}, []int64{100, 101, 102, 103}},
			{"by id", catalogue.ProductQuery{Product: 101}, []int64{101}},
			{"a closed one by id", catalogue.ProductQuery{Product: 104}, []int64{104}},
			{"of a provider", catalogue.ProductQuery{Provider: 2}, []int64{100, 101}},
			{"of a provider by its code", catalogue.ProductQuery{ProviderCode: "MOBILE"}, []int64{100, 101}},
			{"of a provider, and of none", catalogue.ProductQuery{Provider: 2, WithoutProvider: true}, []int64{100, 101, 103}},
			{"of none too, without a provider", catalogue.ProductQuery{WithoutProvider: true}, []int64{100, 101, 102, 103}},
			{"of a type", catalogue.ProductQuery{ProductType: 2}, []int64{101, 103}},
			{"of a type's code", catalogue.ProductQuery{TypeCode: "PLAN"}, []int64{100, 102}},
			{"of a type's code that none has", catalogue.ProductQuery{TypeCode: "OTHER"}, nil},
			{"that recur", catalogue.ProductQuery{Recurring: true}, []int64{100, 102}},
			{"that are paid once", catalogue.ProductQuery{OneTime: true}, []int64{101, 103}},
			{"of both kinds", catalogue.ProductQuery{Recurring: true, OneTime: true}, []int64{100, 101, 102, 103}},
			{"of a category", catalogue.ProductQuery{Category: 7}, []int64{100}},
			{"at a location", catalogue.ProductQuery{Location: "AGENT_PORTAL"}, []int64{100}},
			{"in a state", catalogue.ProductQuery{State: "GA"}, []int64{100, 101, 103}},
			{"for a class", catalogue.ProductQuery{Class: "Residential"}, []int64{100, 101, 103}},
			{"with a bill profile", catalogue.ProductQuery{BillProfile: 1}, []int64{100, 101, 103}},
			{"on services of a type", catalogue.ProductQuery{ServiceType: 2}, []int64{101, 102, 103}},
			{"with an attribute", catalogue.ProductQuery{AttributeKey: "network"}, []int64{100}},
			{"with an attribute's value", catalogue.ProductQuery{AttributeValue: "red"}, []int64{100}},
			{"with an attribute of a value", catalogue.ProductQuery{AttributeKey: "Color", AttributeValue: "Red"}, []int64{100}},
			{"with another attribute's value", catalogue.ProductQuery{AttributeKey: "Network", AttributeValue: "Red"}, nil},
			{"at a ZIP code", catalogue.ProductQuery{Zip: "30301"}, []int64{100, 101, 102, 103}},
		} {
			w.Run(test.name, func() {
				found, _, err := r.Products(w.Ctx, who, test.q)
				w.Must(err)
				same(w.T, test.want, ids(found, func(p catalogue.Product) catalogue.ProductID { return p.ID }))
			})
		}
		for _, test := range []struct {
			name string
			q    catalogue.ProductQuery
			want problem.Code
		}{
			{"an unknown product", catalogue.ProductQuery{Product: 9}, problem.NoSuchProduct},
			{"an unknown provider", catalogue.ProductQuery{Provider: 9}, problem.NoSuchProvider},
			{"a provider by id and code", catalogue.ProductQuery{Provider: 2, ProviderCode: "MOBILE"}, problem.InvalidInput},
			{"an unknown bill profile", catalogue.ProductQuery{BillProfile: 9}, problem.NoSuchBillProfile},
			{"an unknown product type", catalogue.ProductQuery{ProductType: 9}, problem.NoSuchProductType},
			{"an unknown service type", catalogue.ProductQuery{ServiceType: 9}, problem.NoSuchServiceType},
			{"a ZIP code that the table lacks", catalogue.ProductQuery{Zip: "99999"}, problem.UnknownZip},
		} {
			w.Run(test.name+" is refused", func() {
				_, _, err := r.Products(w.Ctx, who, test.q)
				wants(w.T, err, test.want)
			})
		}
	})
}

func TestProgramsAndBillProfilesAreFound(t *testing.T) {
	eachEngine(t, func(w *world) {
		r, who := w.reader(100)
		programs := func(active bool, asked ...catalogue.ProgramID) []int64 {
			w.T.Helper()
			found, _, err := r.Programs(w.Ctx, who, asked, active)
			w.Must(err)
			return ids(found, func(p catalogue.Program) catalogue.ProgramID { return p.ID })
		}
		w.Run("programs that are sold, and that were", func() {
			same(w.T, []int64{61}, programs(true))
			same(w.T, []int64{62}, programs(false))
			same(w.T, []int64{61}, programs(true, 61, 62))
			same(w.T, []int64(nil), programs(true, 62))
			_, _, err := r.Programs(w.Ctx, who, []catalogue.ProgramID{61, 9}, true)
			wants(w.T, err, problem.InvalidInput)
		})
		profiles := func(id catalogue.BillProfileID, name string) ([]int64, error) {
			found, err := r.BillProfiles(w.Ctx, who, id, name)
			return ids(found, func(p catalogue.BillProfile) catalogue.BillProfileID { return p.ID }), err
		}
		for _, test := range []struct {
			name  string
			id    catalogue.BillProfileID
			named string
			want  []int64
		}{
			{"all bill profiles", 0, "", []int64{1, 2}},
			{"a bill profile by id", 2, "", []int64{2}},
			{"a bill profile by name", 0, "residential", []int64{1}},
			{"a bill profile by both", 1, "Residential", []int64{1}},
		} {
			w.Run(test.name, func() {
				found, err := profiles(test.id, test.named)
				w.Must(err)
				same(w.T, test.want, found)
			})
		}
		for name, try := range map[string]func() ([]int64, error){
			"an unknown id":          func() ([]int64, error) { return profiles(9, "") },
			"an unknown name":        func() ([]int64, error) { return profiles(0, "Prepaid") },
			"an id and another name": func() ([]int64, error) { return profiles(1, "Business") },
		} {
			w.Run(name+" is refused", func() {
				_, err := try()
				wants(w.T, err, problem.NoSuchBillProfile)
			})
		}
	})
}

func TestInventoryTypesAreFound(t *testing.T) {
	eachEngine(t, func(w *world) {
		r, who := w.reader(100)
		for _, test := range []struct {
			name string
			q    catalogue.InventoryTypeQuery
			want []int64
		}{
			{"all, closed ones too", catalogue.InventoryTypeQuery{}, []int64{51, 52, 53}},
			{"by id", catalogue.InventoryTypeQuery{Type: 53}, []int64{53}},
			{"of a kind", catalogue.InventoryTypeQuery{Kind: catalogue.SIMCard}, []int64{52}},
			{"of a product", catalogue.InventoryTypeQuery{Product: 100}, []int64{52}},
			{"of a package and its products", catalogue.InventoryTypeQuery{Package: 70}, []int64{51, 52}},
			{"of a package without any", catalogue.InventoryTypeQuery{Package: 71}, nil},
			{"with a field's value", catalogue.InventoryTypeQuery{FieldLabel: "MAKER", FieldValue: "kyocera"}, []int64{51}},
			{"with a field and no value", catalogue.InventoryTypeQuery{FieldLabel: "Maker"}, []int64{52, 53}},
		} {
			w.Run(test.name, func() {
				found, _, err := r.InventoryTypes(w.Ctx, who, test.q)
				w.Must(err)
				same(w.T, test.want, ids(found, func(i catalogue.InventoryType) catalogue.InventoryTypeID { return i.ID }))
			})
		}
		for _, test := range []struct {
			name string
			q    catalogue.InventoryTypeQuery
			want problem.Code
		}{
			{"an unknown type", catalogue.InventoryTypeQuery{Type: 9}, problem.InvalidInput},
			{"an unknown package", catalogue.InventoryTypeQuery{Package: 9}, problem.NoSuchPackage},
			{"an unknown product", catalogue.InventoryTypeQuery{Product: 9}, problem.NoSuchProduct},
			{"a field of another scope", catalogue.InventoryTypeQuery{FieldLabel: "Language", FieldValue: "en"}, problem.InvalidInput},
		} {
			w.Run(test.name+" is refused", func() {
				_, _, err := r.InventoryTypes(w.Ctx, who, test.q)
				wants(w.T, err, test.want)
			})
		}
	})
}

func TestAnAgentIsFound(t *testing.T) {
	eachEngine(t, func(w *world) {
		r, who := w.reader(100)
		for name, asked := range map[string]struct {
			id     access.AgentID
			number string
		}{"by id": {w.Agent.ID, ""}, "by number": {0, "A-1"}, "by both": {w.Agent.ID, "A-1"}} {
			w.Run(name, func() {
				agent, details, err := r.Agent(w.Ctx, who, asked.id, asked.number)
				w.Must(err)
				same(w.T, w.Agent, agent)
				same(w.T, sold().Agents[0], details)
			})
		}
		other, err := w.Tenants.Add(w.Ctx, w.Operator(), access.Tenant{Kind: access.Company, Code: "RIVAL", Name: "Rival"})
		w.Must(err)
		foreign, err := w.Agents.Add(w.Ctx, w.Operator(), access.Agent{TenantID: other.ID, Number: "R-1", Name: "x"})
		w.Must(err)
		plain, err := w.Agents.Add(w.Ctx, w.Operator(), access.Agent{TenantID: w.acme, Number: "A-2", Name: "x"})
		w.Must(err)
		w.Run("one of whom nothing more is told", func() {
			agent, details, err := r.Agent(w.Ctx, who, plain.ID, "")
			w.Must(err)
			same(w.T, plain, agent)
			same(w.T, catalogue.AgentDetails{}, details)
		})
		for name, asked := range map[string]struct {
			id     access.AgentID
			number string
			want   problem.Code
		}{
			"an unknown id": {9999, "", problem.NoSuchAgent}, "an unknown number": {0, "A-9", problem.NoSuchAgent},
			"an id and a number of two": {w.Agent.ID, "A-2", problem.NoSuchAgent},
			"another tenant's id":       {foreign.ID, "", problem.NoSuchAgent}, "another tenant's number": {0, "R-1", problem.NoSuchAgent},
			"neither id nor number": {0, "", problem.InvalidInput},
		} {
			w.Run(name+" is refused", func() {
				_, _, err := r.Agent(w.Ctx, who, asked.id, asked.number)
				wants(w.T, err, asked.want)
			})
		}
	})
}

func TestAReaderAnswersOnlyWhoMayRead(t *testing.T) {
	eachEngine(t, func(w *world) {
		r, alice := w.reader(3)
		nobody := w.who(access.Role{Name: "nobody"})
		for name, ask := range map[string]func() error{
			"packages":        func() error { _, _, err := r.Packages(w.Ctx, nobody, catalogue.PackageQuery{}); return err },
			"products":        func() error { _, _, err := r.Products(w.Ctx, nobody, catalogue.ProductQuery{}); return err },
			"programs":        func() error { _, _, err := r.Programs(w.Ctx, nobody, nil, true); return err },
			"bill profiles":   func() error { _, err := r.BillProfiles(w.Ctx, nobody, 0, ""); return err },
			"inventory types": func() error { _, _, err := r.InventoryTypes(w.Ctx, nobody, catalogue.InventoryTypeQuery{}); return err },
			"an agent":        func() error { _, _, err := r.Agent(w.Ctx, nobody, w.Agent.ID, ""); return err },
			"everything":      func() error { _, err := r.Current(w.Ctx, nobody); return err },
		} {
			w.Run("not "+name, func() { wants(w.T, ask(), problem.PermissionDenied) })
		}
		w.Run("and not with more than it may", func() {
			_, _, err := r.Products(w.Ctx, alice, catalogue.ProductQuery{})
			wants(w.T, err, problem.InvalidInput)
			found, _, err := r.Products(w.Ctx, alice, catalogue.ProductQuery{State: "GA"})
			w.Must(err)
			if len(found) != 3 {
				w.T.Errorf("found %d", len(found))
			}
		})
		w.Run("and each of the own tenant", func() {
			other, err := w.Tenants.Add(w.Ctx, w.Operator(), access.Tenant{Kind: access.Company, Code: "RIVAL", Name: "Rival"})
			w.Must(err)
			found, _, err := r.Packages(w.Ctx, access.OperatorOf(other, w.Operator()), catalogue.PackageQuery{})
			w.Must(err)
			if len(found) != 0 {
				w.T.Errorf("found %d", len(found))
			}
		})
	})
}
