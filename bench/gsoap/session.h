// What soapcpp2 makes the service of: Sessions_Validate, its shapes as in the service description.

//gsoap ns service name: Session
//gsoap ns service namespace: http://api.myh2o.com/v20
//gsoap ns schema form: qualified

class ns__SessionKeyAuthentication {
public:
  std::string *SessionKey;
};

class ns__Sessions_USCOREValidate_USCORERequest {
public:
  ns__SessionKeyAuthentication *Session;
  bool *Debug;
};

class ns__BaseResponseHeader {
public:
  bool Success 1;
  std::string *Message;
  std::string *SessionKey;
  bool *Impersonated;
  std::string *Error_USCORECode;
  std::string *Error_USCOREDescription;
};

class ns__Sessions_USCOREValidate_USCOREResponse {
public:
  ns__BaseResponseHeader *Header;
  int UserID 1;
  int AgentID 1;
  std::string *AgentNumber;
};

class _ns__Sessions_USCOREValidate {
public:
  ns__Sessions_USCOREValidate_USCORERequest *Request;
};

class _ns__Sessions_USCOREValidateResponse {
public:
  ns__Sessions_USCOREValidate_USCOREResponse *Sessions_USCOREValidateResult;
};

//gsoap ns service method-action: Sessions_USCOREValidate "http://api.myh2o.com/v20/Sessions_Validate"
int __ns__Sessions_USCOREValidate(_ns__Sessions_USCOREValidate *ns__Sessions_USCOREValidate,
                                  _ns__Sessions_USCOREValidateResponse &ns__Sessions_USCOREValidateResponse);
