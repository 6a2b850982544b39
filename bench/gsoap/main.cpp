// The service of session.h: a map in memory, no store, a thread for each connection that is kept alive.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "Session.nsmap"
#include "soapH.h"

static std::mutex guard;
static std::map<std::string, int> users;

static bool find(const std::string &key, int &user) {
  std::lock_guard<std::mutex> lock(guard);
  auto found = users.find(key);
  if (found == users.end()) return false;
  user = found->second;
  return true;
}

int __ns__Sessions_USCOREValidate(struct soap *soap, _ns__Sessions_USCOREValidate *request,
                                  _ns__Sessions_USCOREValidateResponse &response) {
  auto *result = soap_new_ns__Sessions_USCOREValidate_USCOREResponse(soap, 1);
  auto *header = soap_new_ns__BaseResponseHeader(soap, 1);
  response.Sessions_USCOREValidateResult = result;
  result->Header = header;
  if (!request || !request->Request || !request->Request->Session || !request->Request->Session->SessionKey)
    return soap_sender_fault(soap, "no session key", NULL);
  int user = 0;
  header->Success = find(*request->Request->Session->SessionKey, user);
  header->SessionKey = request->Request->Session->SessionKey;
  header->Impersonated = (bool *)soap_malloc(soap, sizeof(bool));
  *header->Impersonated = false;
  result->UserID = user;
  result->AgentID = 1001;
  result->AgentNumber = soap_new_std__string(soap, 1);
  *result->AgentNumber = "A-1001";
  return SOAP_OK;
}

static void serve(struct soap *soap) {
  soap_serve(soap);
  soap_destroy(soap);
  soap_end(soap);
  soap_free(soap);
}

// Knows the session of the key given first, and serves on the port given second.
int main(int count, char **words) {
  if (count != 3) return 2;
  users[words[1]] = 1001;
  struct soap master;
  soap_init2(&master, SOAP_IO_KEEPALIVE, SOAP_IO_KEEPALIVE | SOAP_IO_STORE);
  master.max_keep_alive = 1 << 30;
  master.bind_flags = SO_REUSEADDR;
  if (!soap_valid_socket(soap_bind(&master, "127.0.0.1", atoi(words[2]), 128))) return 1;
  printf("127.0.0.1:%s\n", words[2]);
  fflush(stdout);
  while (soap_valid_socket(soap_accept(&master))) std::thread(serve, soap_copy(&master)).detach();
  return 1;
}
