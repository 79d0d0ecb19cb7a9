"""A wheel for one kind of machine, and for every Python: the library is no module of it."""
import os

from setuptools import Distribution, setup
from wheel.bdist_wheel import bdist_wheel


class Library(Distribution):
    def has_ext_modules(self):
        return True


class Wheel(bdist_wheel):
    def get_tag(self):
        return "py3", "none", os.environ["WHEEL_PLATFORM"]


setup(
    packages=["dbcare"],
    package_data={"dbcare": ["dbcare.so"]},
    distclass=Library,
    cmdclass={"bdist_wheel": Wheel},
)
