"""What headers call the columns of people, places and firms, in five languages.

A header is compared in lower case, without accents, separators and outer words such as `customer`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

Role = Literal[
    "given_name", "surname", "middle_name", "full_name", "birth_date", "phone", "email", "url",
    "identifier", "house_number", "street", "locality", "postcode", "region", "country", "gender",
    "company", "text", "word", "category", "number", "date", "ignored",
]  # fmt: skip


def _phrases(listed: str) -> frozenset[str]:
    return frozenset(listed.split("|"))


_HEADERS: dict[str, str] = {
    "given_name": "given name|first name|firstname|fname|forename|first|given|givenname|vorname|rufname|prenom|"
    "nombre|nombre de pila|primer nombre|first nm|fst name|frst nm|名|christian name|nombres",
    "surname": "surname|last name|lastname|lname|last|family name|familyname|sname|nachname|familienname|zuname|"
    "nom|nom de famille|nom famille|apellido|apellidos|primer apellido|last nm|lst nm|姓|姓氏|second name|sur name",
    "middle_name": "middle name|middlename|mname|middle|middle initial|mi|zweiter vorname|segundo nombre",
    "full_name": "name|full name|fullname|nm|full nm|person|姓名|名字|真实姓名|客户姓名|会员姓名|顾客姓名|用户姓名|"
    "收货人|收件人|联系人|联系人姓名|nombre completo|nombre y apellidos|nom complet|nom prenom|nom et prenom|"
    "vollstandiger name|kundenname|kunde|name vorname|vor und nachname|patient|holder|cardholder|titular|payee|recipient|会员名|顾客|客户名",
    "birth_date": "dob|birth date|date of birth|birthday|birthdate|bday|birth|born|geburtsdatum|geburtstag|geb datum|"
    "gebdatum|geb|geboren|geboren am|date de naissance|date naissance|naissance|ddn|ne le|fecha de nacimiento|"
    "fecha nacimiento|fec nac|nacimiento|f nacimiento|生日|出生日期|出生年月|出生年月日|出生|dateofbirth|birth dt|dt of birth|birth day",
    "phone": "phone|tel|telephone|mobile|cell|cellphone|cell phone|msisdn|phone number|phone no|contact number|"
    "contact no|mobile number|mobile no|mobile phone|mobil|handy|handynummer|telefon|telefonnummer|tel nr|tel no|rufnummer|"
    "telefono|movil|celular|portable|telephone portable|numero de telephone|fax|ph|phone nbr|work phone|"
    "手机|手机号|手机号码|电话|联系电话|电话号码|联系方式|移动电话|座机|固定电话|phonenumber",
    "email": "email|e mail|mail|email address|e mail address|emailaddress|courriel|correo|correo electronico|"
    "adresse mail|adresse email|mail adresse|e mail adresse|邮箱|电子邮箱|电子邮件|邮件|邮箱地址",
    "url": "url|website|web site|web|homepage|home page|site web|sitio web|pagina web|webseite|internet|domain|domain name|网址|网站|官网|域名",
    "house_number": "street number|street no|street num|house number|house no|house|hausnummer|hausnr|haus nr|hnr|"
    "numero|num|numero de rue|numero voie|no de rue|门牌|门牌号|civic number|building number|numero calle|streetnumber|house num|housenumber",
    "street": "address|addr|street|street address|street name|address line|addr line|adr|strasse|str|strase|adresse|"
    "anschrift|rue|voie|calle|direccion|domicilio|via|postal address|mailing address|home address|residence|addresse|"
    "lieu dit|地址|详细地址|住址|家庭住址|居住地址|街道|收货地址|通讯地址|联系地址|address l|add|strasse hausnr|strasse und hausnummer|注册地址|经营地址|rue et numero|full address|location",
    "locality": "city|town|suburb|locality|city name|ort|ortschaft|stadt|wohnort|ville|commune|localite|ciudad|"
    "localidad|municipio|poblacion|城市|市|所在城市|区|区县|县|district|village|neighbourhood|neighborhood|ortsteil|stadtteil|place|cty",
    "postcode": "postcode|post code|zip|zip code|zipcode|zip cd|postal code|postalcode|postal|plz|postleitzahl|code postal|codepostal|cp|"
    "codigo postal|邮编|邮政编码|pcode|post cd",
    "region": "state|province|region|bundesland|departement|provincia|estado|comunidad|省|省份|county|所在省|state cd|state code|prov|st|canton|kanton|territory",
    "country": "country|nation|pays|pais|国家|country code|nationality|nationalitat|nationalite|国籍",
    "gender": "gender|sex|geschlecht|sexe|sexo|genero|性别|anrede|salutation|civilite|title|titre|titulo|tratamiento|称谓|name title|m f|prefix|mr mrs",
    "identifier": "ssn|soc sec id|soc sec|social security|social security number|social security no|national id|"
    "national id number|id number|id no|id card|idcard|nationalid|passport|passport number|passport no|tax id|tax number|tax no|taxid|tin|"
    "vat|vat id|vat no|vat number|vatid|vat nr|vat reg no|ust id|ustid|ust idnr|ustidnr|umsatzsteuer id|steuernummer|steuer id|steuer nr|"
    "siren|siret|tva|numero tva|num tva|nif|dni|nie|cif|rfc|curp|nino|ein|duns|duns number|abn|acn|company number|company no|registration number|"
    "reg no|handelsregister|handelsregisternummer|hrb|nhs number|nhs no|medicare|medicare number|insurance number|versicherungsnummer|"
    "sozialversicherungsnummer|ausweisnummer|numero de securite sociale|nir|numero secu|license|licence|drivers license|driver licence|license number|"
    "licence number|loyalty card|card number|card no|membership number|isbn|issn|doi|ean|gtin|upc|barcode|mpn|model number|"
    "modelno|model no|part number|iban|account number|account no|plate|vin|身份证|身份证号|身份证号码|证件号|证件号码|统一社会信用代码|"
    "信用代码|税号|纳税人识别号|会员卡号|卡号|护照号|营业执照号|组织机构代码|车牌号|社保号",
    "company": "company|company name|organisation|organization|organisation name|organization name|org|org name|firm|firm name|firma|"
    "firmenname|unternehmen|business|business name|legal name|trading name|trade name|employer|entreprise|societe|raison sociale|nom entreprise|"
    "empresa|razon social|nombre empresa|公司|公司名|公司名称|企业|企业名称|单位|单位名称|工作单位|机构名称|vendor|vendor name|supplier|supplier name|"
    "manufacturer|brand|maker|hersteller|marke|marque|fabricant|marca|fabricante|品牌|厂商|制造商|lieferant|fournisseur|proveedor|供应商|供应商名称|商户名称|account name|merchant|merchant name|客户名称|注册名称|corporate name",
    "date": "date|transaction date|order date|datum|fecha|日期|交易日期|订单日期|event date|release date|day",
    "text": "description|desc|details|beschreibung|descripcion|描述|备注|memo|comment|abstract|product name|product|product title|item name|"
    "produktname|nom produit|produit|nombre producto|商品名称|商品名|产品名称|标题|item|reference|narrative|verwendungszweck|摘要|authors|author|remarks|notes",
}  # fmt: skip
_ROW_ID = _phrases(
    "id|row id|rowid|rec id|recid|record id|recordid|unique id|uniqueid|uid|key|index|pk|"
    "uuid|guid|nr|no|row|row no|row number|number|record no|record number|rec no|ref|"
    "source id|src id|system id|oid|seq|sequence|lfd nr|unnamed|编号|序号|客户编号|会员编号|客户号|会员号|"
    "用户编号|用户id|客户id|会员id|行号|kundennummer|kunden nr|kundennr|kunden id|kdnr|numero client|"
    "num client|id client|id cliente|numero cliente|nummer|company id|firm id|product id|"
    "transaction id|order id|item id|user id|member id|account id|contact id|lead id|"
    "patient id|person ref|crm id|external id|record key|listing id|offer id|商品编号|企业编号|订单号|"
    "交易号"
)
_TRUTH = _phrases(
    "cluster|cluster id|clusterid|label|labels|is match|ismatch|match|match id|truth|"
    "ground truth|groundtruth|true id|trueid|true cluster|true cluster id|gold|gold id|"
    "gold standard|entity|entity id|entityid|ent id|master id|masterid|person id|personid|"
    "real id|is duplicate|duplicate|duplicate of|duplicate id|dup|dup id|dup of|is dup|"
    "group id|groupid|dupe group|truth id|identity id|golden id|family id|target|class|"
    "真实id|真实编号|分组|聚类|标签|实体|实体id|true entity|true person|original id|orig id|cluster label"
)
_CLERICAL = _phrases(
    "created at|created|creation date|created on|created date|updated at|updated|"
    "updated on|last updated|last modified|modified|modified at|timestamp|ts|inserted at|"
    "load date|loaded at|import date|imported at|ingested at|date added|entry date|entered|"
    "registered at|registration date|signup date|last login|last seen|source|source system|"
    "source file|source dataset|system|file|dataset|batch|version|创建时间|更新时间|注册时间|修改时间|录入时间|"
    "来源|数据来源|erstellt am|angelegt am|geandert am|date creation|date de creation|fecha alta|"
    "fecha de alta|fecha creacion|enrolled|enrolled on|since|customer since|member since"
)
_OUTER = _phrases(
    "customer|cust|client|kunden|kunde|user|contact|member|person|personal|primary|main|"
    "home|billing|shipping|bill|ship|delivery|current|residential|mailing|account|acct|"
    "employee|patient|guest|buyer|owner|applicant|legal|client's|the|cliente|du|de|del|des|"
    "der|value|txt|str|fld|col|field|c|p|voter|resident|res|student|subscriber|household"
)
_ZH_OUTER = re.compile(r"^(?:客户|会员|顾客|用户|收货|收件|联系|个人|家庭|注册|本人|患者|员工)")

_BY_PHRASE: dict[str, str] = {
    phrase: role for role, phrases in reversed(_HEADERS.items()) for phrase in phrases.split("|")
}


def words_of(header: str) -> list[str]:
    """A header in words: lower case, without accents, `camelCase` and `snake_case` taken apart.

    >>> words_of(" CustFirstName_2"), words_of("Straße/Nr.")
    (['cust', 'first', 'name'], ['strasse', 'nr'])
    """
    plain = unicodedata.normalize("NFKD", header.strip().replace("ß", "ss"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain)
    plain = re.sub(r"(?<=[A-Z])(?=[A-Z][a-z])", " ", plain)
    return [w for w in re.sub(r"[\W\d_]+", " ", plain.lower()).split() if w]


@lru_cache(maxsize=4096)
def role_of_header(header: str) -> str | None:
    """What a header says its column is: a role, `row_id`, `truth`, `clerical`, or None.

    >>> role_of_header("cust_nm"), role_of_header("Geburtsdatum"), role_of_header("rec_id")
    ('full_name', 'birth_date', 'row_id')
    """
    words = words_of(header)
    for candidate in _shorter(words):
        phrase = " ".join(candidate)
        if phrase in _TRUTH:
            return "truth"
        if phrase in _ROW_ID and not (phrase in ("no", "number", "key") and candidate != words):
            return "row_id"
        if phrase in _CLERICAL:
            return "clerical"
        if phrase in _BY_PHRASE:
            return _BY_PHRASE[phrase]
    joined = "".join(words)
    if joined in _BY_PHRASE:
        return _BY_PHRASE[joined]
    trimmed = _ZH_OUTER.sub("", joined)
    if trimmed in _BY_PHRASE:
        return _BY_PHRASE[trimmed]
    if words and words[-1] in ("id", "key", "uuid", "guid", "oid") and joined not in _BY_PHRASE:
        return "row_id"
    return None


def _shorter(words: list[str]) -> list[list[str]]:
    """The words, then without outer words at the front and at the end."""
    found = [words]
    rest = list(words)
    while len(rest) > 1 and rest[0] in _OUTER:
        rest = rest[1:]
        found.append(rest)
    rest = list(words)
    while len(rest) > 1 and rest[-1] in (
        _OUTER | {"nm", "nr", "no", "l", "line", "number", "text"}
    ):
        rest = rest[:-1]
        found.append(rest)
    return found
