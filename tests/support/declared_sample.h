/// A definition of a record type as a plugin declares it, with a field of each shape.
#pragma once

#include <string>

namespace evenhand::test {

/// Also the file that the examples of `evenhand record` speak of.
inline std::string sample_definition(const std::string& name = "walk", const std::string& home = "organisation") {
  return R"({"plugin":"org.example.walks","name":")" + name + R"(","plural":")" + name + R"(s","home":")" + home + R"(","meaning":"A walk round a site with people who use it",
 "title_field":"title","fields":[
  {"name":"title","type":"word","data_class":"none","merge":"single","meaning":"Where it went","example":"Corridor 7","required":true},
  {"name":"findings","type":"words","data_class":"none","merge":"items","meaning":"What was found"},
  {"name":"result","type":"choice","data_class":"none","merge":"single","choices":["pass","fail"],"meaning":"What came of it","example":"pass"},
  {"name":"notes","type":"prose","data_class":"free text","merge":"text","meaning":"What was said"},
  {"name":"due","type":"date","data_class":"none","merge":"earlier_date","meaning":"When it is walked again","example":"2026-10"},
  {"name":"steps","type":"integer","data_class":"aggregate","merge":"single","unit":"steps","meaning":"How far it is"},
  {"name":"service","type":"reference","data_class":"none","merge":"single","choices":["service"],"meaning":"Whose site it is"},
  {"name":"evidence","type":"references","data_class":"none","merge":"items","choices":["evidence"],"meaning":"What it gave"}]})";
}

}  // namespace evenhand::test
