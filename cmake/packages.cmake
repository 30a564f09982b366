# The Debian packages evenhand and libevenhand-dev out of what cmake/sdk.cmake installs (packaging/build-packages calls this;
# docs/decisions/0062-debian-packages.md). No script of ours runs when they are installed, and nothing is started.
install(FILES packaging/evenhand-hub.service DESTINATION lib/systemd/system COMPONENT hub)
install(FILES packaging/evenhand-hub.sysusers DESTINATION lib/sysusers.d RENAME evenhand-hub.conf COMPONENT hub)
install(FILES packaging/hub.json DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/evenhand/examples COMPONENT hub)
install(FILES packaging/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/evenhand COMPONENT hub)
install(FILES packaging/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libevenhand-dev COMPONENT sdk)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME evenhand)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "The Evenhand project <packages@evenhand.example>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)  # the build id stays, which tells whose views are whose
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_COMPONENTS_ALL runtime plugins docs hub sdk)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME evenhand)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SECTION misc)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_DESCRIPTION "Equality Delivery System cycles of NHS trusts, offline first
Collects evidence, holds grading workshops, scores, plans actions, signs off and publishes; laptops of several trusts
merge without losing a word. Holds the program, the hub with a service that is not started, examples of plugins and the documents.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS libevenhand-dev)

set(CPACK_DEBIAN_SDK_PACKAGE_NAME libevenhand-dev)
set(CPACK_DEBIAN_SDK_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_SDK_PACKAGE_ARCHITECTURE all)  # headers, and files that find them
set(CPACK_DEBIAN_SDK_DESCRIPTION "headers for plugins of Evenhand in C++
For find_package(evenhand CONFIG) and pkg-config evenhand-sdk. A plugin links against nothing of ours.")
set(CPACK_DEBIAN_SDK_PACKAGE_RECOMMENDS evenhand)

include(CPack)
cpack_add_component_group(program)
foreach(component runtime plugins docs hub)
  cpack_add_component(${component} GROUP program)
endforeach()
cpack_add_component(sdk GROUP sdk)
